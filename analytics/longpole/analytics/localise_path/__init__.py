"""Where requests wait longer than before: in a service, or on the way between two."""

from longpole.analytics.localise_path.charges import CHARGES, charge
from longpole.analytics.localise_path.ranking import Ranked, rank_nodes_and_edges

__all__ = ["CHARGES", "Ranked", "charge", "rank_nodes_and_edges"]
