"""Where each canonical field comes from, most trusted first. A dialect is a few more rows here.

Order of names follows the GenAI conventions: today's name, then older ones, then the others.
"""

from longpole.core.semconv.fields.call import CALL
from longpole.core.semconv.fields.engine import ENGINE
from longpole.core.semconv.fields.first_token import FIRST_TOKEN
from longpole.core.semconv.fields.money import MONEY
from longpole.core.semconv.fields.people import PEOPLE
from longpole.core.semconv.fields.place import PLACE
from longpole.core.semconv.fields.usage import USAGE
from longpole.core.semconv.fields.work import WORK

FIELDS = (*PLACE, *CALL, *FIRST_TOKEN, *USAGE, *MONEY, *ENGINE, *WORK, *PEOPLE)

__all__ = ["FIELDS"]
