"""Component ids of the what-if panel."""

STEP = "what-if-step"
WHAT = "what-if-what"
FACTOR = "what-if-factor"
FACTOR_BOX = "what-if-factor-box"
MODEL = "what-if-model"
MODEL_BOX = "what-if-model-box"
ANSWER = "what-if-answer"
