"""Who may do what with the plan. Everyone who is signed in may read it."""

from django.contrib.auth.models import AnonymousUser
from rules.permissions import add_perm
from rules.predicates import predicate

from goals.models import ExpectedResult, PlanSection
from services.access import person_of
from vp_portal.core.access import Role, has_role
from vp_portal.core.models import User

CHECK_IN = "goals.check_in_result"
REVIEW = "goals.review_result"


@predicate
def leads_result(user: User | AnonymousUser, result: ExpectedResult | None) -> bool:
    """The one responsible for the result, or the deputy."""
    person = person_of(user)
    return person is not None and result is not None and person.pk in {result.owner_id, result.deputy_id}


@predicate
def reviews_result(user: User | AnonymousUser, result: ExpectedResult | None) -> bool:
    """The one who acknowledges the check-ins of the result."""
    person = person_of(user)
    return person is not None and result is not None and person.pk == result.reviewer_id


@predicate
def owns_plan(user: User | AnonymousUser) -> bool:
    return has_role(user, Role.PLAN_OWNER)


add_perm(CHECK_IN, leads_result | owns_plan)
add_perm(REVIEW, reviews_result)


@predicate
def writes_section(user: User | AnonymousUser, section: PlanSection | None) -> bool:
    """The section's author."""
    person = person_of(user)
    return person is not None and section is not None and section.author_id == person.pk


#: To change the document: its sections, their places, what is decided and what is read in.
OWN_PLAN = "goals.own_plan"
WRITE_SECTION = "goals.write_section"
add_perm(OWN_PLAN, owns_plan)
add_perm(WRITE_SECTION, writes_section | owns_plan)
