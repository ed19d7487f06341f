"""The sentence for every finding about a listing; ``%(field)s`` is the name of a form field."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

FINDINGS = {
    "field_missing": _l("%(field)s: please fill this in."),
    "field_too_long": _l("%(field)s: at most %(most)s characters."),
    "too_many_values": _l("%(field)s: at most %(most)s entries."),
    "unknown_value": _l("%(field)s: “%(value)s” is not one of the choices."),
    "defects_missing": _l("State the known defects and encumbrances, or that none are known."),
    "advantage_without_number": _l("The advantage must contain a figure, with its unit."),
    "maturity_mismatch": _l("TRL %(trl)s usually goes with the step “%(expected)s”."),
    "price_missing": _l("A listed price needs an amount."),
    "price_not_positive": _l("The price must be above zero."),
    "open_licence_needs_price": _l("An open licence needs a listed price."),
    "base_price_missing": _l(
        "A seller founded by the state names a base price and its basis (valuation, "
        "comparables or cost)."
    ),
    "state_owned_seller": _l(
        "State-owned enterprises may have to sell through a property-rights exchange. Say why "
        "this is not needed."
    ),
    "word": _l("%(field)s contains “%(word)s”."),
    "contact_in_text": _l(
        "%(field)s contains contact data (%(text)s). Contacts are exchanged through the market "
        "only."
    ),
    "guarantee_denied": _l("“%(text)s” contradicts the guarantee that every seller owes."),
    "number_empty": _l("Please enter the application or patent number."),
    "number_bad_form": _l("This is not the form of a Chinese application number."),
    "number_publication_number": _l(
        "This looks like a publication number; the application number is needed."
    ),
    "number_bad_year": _l("%(year)s cannot be the year of an application number."),
    "number_unknown_type": _l("The type digit %(type)s does not exist."),
    "number_missing_check": _l("The check character is missing; it should be %(expected)s."),
    "number_wrong_check": _l("The check character should be %(expected)s, not %(given)s."),
    "number_check_dropped": _l("Numbers before 1989 have no check character; it was dropped."),
    "number_of_other_kind": _l("By its type digit the number is of another kind: %(typed)s."),
    "number_of_other_year": _l(
        "The number is of %(year)s, the filing date is %(filed)s. A divisional application?"
    ),
    "zl_not_in_force": _l("ZL stands only before the number of a patent in force; it was removed."),
    "status_date_missing": _l("Say on which day the legal status was looked up."),
    "status_date_to_come": _l("The legal status cannot have been looked up on %(day)s."),
    "status_stale": _l(
        "The legal status of %(day)s is older than %(days)s days. Please look it up again."
    ),
    "status_evidence_missing": _l("Say where the legal status was looked up, or attach a paper."),
    "filing_date_missing": _l("Please enter the filing date."),
    "filing_date_to_come": _l("The filing date %(day)s lies in the future."),
    "grant_date_missing": _l("A granted patent has a date of grant."),
    "grant_date_to_come": _l("The date of grant %(day)s lies in the future."),
    "application_with_grant": _l("An application has no date of grant (%(day)s)."),
    "granted_before_filed": _l("The date of grant lies before the filing date."),
    "paid_year_impossible": _l("The patent cannot have been paid up to year %(paid)s."),
    "right_lapsed": _l("By the fee clock the right ended on %(day)s for unpaid fees."),
    "right_expired": _l("By the fee clock the term ended on %(day)s."),
    "fee_in_grace": _l("A yearly fee is late: pay %(total)s first."),
    "lapses_before_registration": _l(
        "The right would end on %(day)s, before a deal could be registered."
    ),
    "design_with_ipc": _l("Designs have Locarno classes, no IPC symbols."),
    "class_bad_form": _l("%(symbol)s is not a symbol of this classification."),
    "class_group_incomplete": _l("%(symbol)s: did you mean %(suggestion)s?"),
    "class_unknown_section": _l("%(symbol)s: IPC has the sections A to H."),
    "class_unknown_class": _l("%(symbol)s: Locarno has the classes 01 to 32."),
    "share_out_of_range": _l("A share lies above 0 and at most at 100 %%."),
    "shares_not_whole": _l("The shares add up to %(sum)s %%, not to 100 %%."),
    "completers_not_named": _l("A service result is transferred: name its completers."),
    "licence_kind_taken_as_plain": _l("A licence without a kind counts as non-exclusive."),
    "sublicence_is_plain": _l("A sub-licence counts as non-exclusive."),
    "licence_beyond_life": _l("A licence runs to %(licence_ends)s, the right to %(last_day)s."),
    "co_owner_consent_missing": _l("The consent of the co-owner %(owner)s is missing."),
    "state_forbids": _l("In the status “%(state)s” the right cannot be offered this way."),
    "state_warns": _l("In the status “%(state)s” the buyer takes a risk. Say what you tell him."),
    "overlay_forbids": _l("“%(overlay)s” forbids this as long as it lasts."),
    "overlay_warns": _l("“%(overlay)s”: say what it means for the buyer."),
    "running_licence_survives": _l(
        "“%(overlay)s” goes on after an assignment. Say that the buyer is told."
    ),
    "licence_conflict": _l("A licence of this kind cannot be given beside: %(running)s."),
    "older_licence_stays_beside": _l("Older non-exclusive licences stay beside this one."),
    "open_licence_excluded": _l("No open licence is possible while there is: %(overlay)s."),
    "open_licence_needs_patent_in_force": _l("An open licence needs a patent in force."),
    "evaluation_report_missing": _l(
        "An open licence of a utility model or design needs an evaluation report."
    ),
    "first_refusal_taken": _l("%(holder)s wants to buy at equal terms."),
    "first_refusal_not_asked": _l(
        "%(holder)s holds first refusal and must have been asked before an auction notice or a "
        "contract."
    ),
    "first_refusal_unanswered": _l("%(holder)s may still answer until %(last)s."),
}
