"""Why calls are refused, by reason code: what it means, and whether to call again.

The one table behind `ErrorInfo.metadata["again"]`, `RetryInfo` and docs/reference/errors.md. A test finds
every code that the sources use and looks for its row here.
"""

from typing import NamedTuple

from services.runtime.rpc_errors import NOT_AGAIN, Advice


class Reason(NamedTuple):
    """What a code means, and what to do."""

    meaning: str
    remedy: str
    advice: Advice = NOT_AGAIN


AT_ONCE, SOON, LATER = Advice("yes", 0.0), Advice("yes", 1.0), Advice("yes", 30.0)
RESUME = Advice("resume", 1.0)
ANEW = Advice("anew", 0.0)

_MEND = "mend the field and call again"
_MEND_ROW = "mend the row and hand it in again"

REASONS: dict[str, Reason] = {
    # Whose call it is, and what it may.
    "token_missing": Reason("no token came with the call", "send `authorization: Bearer <token>`"),
    "token_malformed": Reason("the token cannot be read", "send exactly one `authorization: Bearer <token>`"),
    "token_unknown": Reason("nobody issued this token", "ask an administrator for one"),
    "token_expired": Reason("the token's time is over", "ask an administrator for another"),
    "token_revoked": Reason("the token was ended, or exchanged and its grace is over", "use the new one"),
    "token_replaced": Reason("the secret was exchanged before", "exchange the new secret, not the old one"),
    "scope_missing": Reason("the token lacks the scope of the method", "ask for a token with that scope"),
    "method_without_scope": Reason("nobody may call the method", "none"),
    "outside_areas": Reason("a name is not in the areas of the token", "name what is in them (WhoAmI)"),
    "not_for_areas": Reason(
        "the method is not for tokens that are restricted to areas", "use a token for everywhere"
    ),
    # How much, how fast, how long.
    "rate_exceeded": Reason("more calls a second than the token may make", "wait as RetryInfo says", SOON),
    "too_many_streams": Reason(
        "all streams that the token may have are open", "end one, or wait", Advice("yes", 5.0)
    ),
    "too_many_secrets": Reason("too many secrets of this token work at a time", "wait until one ends", LATER),
    "too_many_watchers": Reason("the server has as many watches as it can", "watch later", LATER),
    "being_folded": Reason(
        "much has changed where the buckets lie, and roll-ups are not up to it yet", "ask later", LATER
    ),
    "slow_client": Reason(
        "the client reads a watch more slowly than it grows", "resume, and read faster", RESUME
    ),
    "client_stalled": Reason("the client took no message for 20 s", "resume", RESUME),
    "took_too_long": Reason(
        "the call passed the longest time that a call may take", "ask for less, or for pages"
    ),
    "not_now": Reason("the database is away, or the server is ending", "the same call", SOON),
    "log_out_of_range": Reason(
        "the log no longer holds what follows the resume token, or has begun anew",
        "watch without a token, then ask QuerySeries for what lies between",
        ANEW,
    ),
    "unexpected_error": Reason("nobody expected it; the log of the server has it", "report it"),
    # What does not exist.
    "not_here": Reason("it does not exist, or is not in the areas of the token", "none"),
    "unknown_series": Reason("no such channel of such a device", "ListDevices tells what there is"),
    "unknown_alarm": Reason("no such alarm", "look for it in the list"),
    "unknown_maintenance": Reason("no work of this number goes on or is ahead", "look for it in the list"),
    "unknown_device": Reason("no such device", "ListDevices tells what there is"),
    "unknown_area": Reason("no unit has this code on the map of that day", "name it, or another map_date"),
    "unknown_indicator": Reason("no such indicator", "ListIndicators, ListDefinitions tell what there is"),
    "no_such_figure": Reason("nothing was computed there", "GetFigures tells what there is"),
    "not_first_day": Reason("the day is not the first of a period", "the message says which one is"),
    "in_the_future": Reason("nobody knows yet what will be known then", _MEND),
    "too_much_to_compute": Reason(
        "more would have to be looked at than one call may", "name fewer indicators, or a shorter span"
    ),
    "too_many_figures": Reason("more figures than a file takes", "name indicators, subjects or their kind"),
    "bad_definition": Reason("a file of definitions is wrong", "mend it where the message says"),
    "bad_rule": Reason("a file of rules is wrong", "mend it where the message says"),
    "other_plan": Reason("the files, the definitions or the rules are not those of the plan", "plan again"),
    "unknown_command": Reason("no command has this id", "ListCommands tells what there is"),
    "unknown_credential": Reason("the name has no credential", "issue one"),
    "unknown_item": Reason("quarantine has no such item; the oldest are dropped", "ListQuarantine"),
    "unknown_organisation": Reason("no organisation has this code on that day", "put it first, or with it"),
    "not_that_day": Reason(
        "a unit or organisation does not end or begin on the day of its change", "mend the day or the lists"
    ),
    "unknown_parent": Reason("no unit has the code of the unit above", "put that unit first, or with it"),
    "unknown_wall": Reason("no wall has this number, or it was revoked", "ListWalls tells what there is"),
    "unknown_code": Reason("no screen shows this code (any longer)", "read it again from the screen"),
    "unknown_incident": Reason("the incident is not under way", "ListWalls tells those that are"),
    "unknown_board": Reason("there is no such board, or the wall may not show it", "ListBoards"),
    "unknown_revision": Reason("the board was never changed that often", "GetBoard tells its revisions"),
    "bad_board": Reason("a file is no board", "mend it where the message says"),
    # Pages and watches.
    "bad_page_token": Reason("the page token is damaged", "send it as it was received"),
    "page_token_of_other_query": Reason(
        "the page token belongs to another request", "change nothing but the token"
    ),
    "page_size_out_of_range": Reason("the page size is negative or too large", _MEND),
    "bad_resume_token": Reason("the resume token is damaged", "send it as it was received"),
    # What can be asked of series.
    "unknown_resolution": Reason("not one of the resolutions", _MEND),
    "unknown_aggregate": Reason("not one of the aggregates", _MEND),
    "unknown_time_zone": Reason("not the IANA name of a time zone", _MEND),
    "resolution_or_max_points": Reason("a resolution and max_points, or neither", "send one of them"),
    "not_of_raw": Reason("readings have no aggregates", "leave them out, or ask for buckets"),
    "not_of_a_line": Reason("a line has no aggregates", "leave them out, or ask for buckets"),
    "buckets_not_exact": Reason(
        "the buckets of this zone cannot be made of those kept", "ask as `detail` says"
    ),
    "range_too_long": Reason("a range is longer than 110 years", "ask for less"),
    "too_many_points": Reason("more points than one question may have", "ask as `detail` says"),
    "other_length": Reason("an array is not as long as the others of its rows", _MEND),
    # Requests that cannot succeed as they stand.
    "required": Reason("a field is missing that must be there", _MEND),
    "empty": Reason("a list or text is empty that must not be", _MEND),
    "not_allowed": Reason("a field is set that must not be, or to a word that it does not take", _MEND),
    "repeated": Reason("the same is named twice", _MEND),
    "duplicate": Reason("a board is named twice", _MEND),
    "missing": Reason("a field is missing that must be there", _MEND),
    "taken": Reason("another wall has this name", "choose another"),
    "in_use": Reason("walls are set to show the board", "set them to others first"),
    "too_many": Reason("more elements than one call takes", "split the call"),
    "too_many_fields": Reason("a line of the file has more fields than headings", "mend the line"),
    "too_long": Reason("a text or time is longer than it may be", _MEND),
    "too_early": Reason("a time or date lies before what is possible", _MEND),
    "in_the_past": Reason("a time is over that must be ahead", _MEND),
    "not_after_start": Reason("the end is not after the start", _MEND),
    "out_of_range": Reason("a number is outside its limits", _MEND),
    "above_maximum": Reason("a minimum is above its maximum", _MEND),
    "not_finite": Reason("a limit is infinite or no number", "leave it out where there is no limit"),
    "bad_count": Reason("too few or too many elements", _MEND),
    "bad_time": Reason(
        "not a time between the years 1 and 9999, or 1000 and 9000 where series are asked for", _MEND
    ),
    "bad_date": Reason("not an ISO 8601 date", _MEND),
    "bad_name": Reason("a name has characters or a length that it may not have", _MEND),
    "bad_decimal": Reason("a text is no decimal number", _MEND),
    "bad_code": Reason("not the code of an area", _MEND),
    "bad_scope": Reason("not a scope", _MEND),
    "bad_text": Reason("a text is too long or has a forbidden character", _MEND),
    "bad_json": Reason("a text is not JSON", _MEND),
    "bad_geometry": Reason("a boundary is no GeoJSON polygon", _MEND),
    "bad_file": Reason("the file as a whole cannot be read", "mend its headings or encoding"),
    "cannot_be_read": Reason("a field of a line cannot be read", "mend the line"),
    "not_nfc": Reason("a text is not Unicode NFC", "normalise it"),
    "control_character": Reason("a text has a control character", "remove it"),
    "overlaps": Reason("two states of a unit hold on the same day", "mend valid_from or valid_to"),
    "reserved": Reason("a name that is kept for the system", "choose another"),
    "name_taken": Reason("the name belongs to another credential", "choose another"),
    "known_already": Reason("the device is registered", "change it by PutDevices"),
    "needs_successor": Reason("a device is replaced by ChangeDeviceState only", "call that"),
    "same_device": Reason("a device cannot take over from itself", _MEND),
    "not_in_use": Reason("the device is retired or replaced", "name one that is in use"),
    "no_such_transition": Reason(
        "from its state the device, credential or alarm cannot go there", "see its state"
    ),
    "changed_since": Reason("it is no longer as the caller saw it", "look at it again, then decide"),
    "acknowledged_already": Reason("somebody looks after the alarm already", "the message says who"),
    "unknown": Reason("not one of the words that the field takes", _MEND),
    "unknown_state": Reason("not one of the states", _MEND),
    "unknown_verdict": Reason("not one of the verdicts", _MEND),
    "ids_or_filter": Reason("ids and a filter, or neither", "send one of them"),
    "too_large": Reason("a text has more bytes than it may have", _MEND),
    "too_deep": Reason("JSON is nested too deeply", _MEND),
    "malformed_json": Reason("a text is not JSON", _MEND),
    "wrong_type": Reason("JSON of another kind than is wanted", _MEND),
    "bad_character": Reason("a text has a character that cannot be kept", _MEND),
    # Batches of records.
    "unknown_dataset": Reason("no dataset has this key", "ListDatasets tells what there is"),
    "unknown_breakdown": Reason("the dataset has no such breakdown", "ListDatasets tells them"),
    "unknown_batch": Reason("no batch has this number or key", "ListBatches"),
    "unknown_line": Reason("the line is not refused, or was mended", "ListRejected"),
    "unknown_subject": Reason("no event of this subject stands", "none"),
    "no_life_cycle": Reason("the dataset has no life cycle", "ListDatasets tells which have"),
    "no_pseudonym_key": Reason(
        "the server has no key to make pseudonyms with", "set HAIDANG_RECORDS_PSEUDONYM_KEY"
    ),
    "approver_is_author": Reason("who handed a batch in cannot decide on it", "a second person must"),
    "not_pending": Reason("the batch is not waiting for a decision", "see its approval"),
    "batch_closed": Reason("the batch was withdrawn or decided on", "hand in another"),
    "batch_incomplete": Reason("the batch has not come to its end", "send the stream again to its end"),
    "not_ascending": Reason("lines do not ascend, or are there twice", _MEND),
    "device_not_active": Reason("only active devices take commands", "activate it"),
    "bad_command_name": Reason("not the name of a command", _MEND),
    "bad_idempotency_key": Reason("the key is empty, too long or not ASCII", _MEND),
    # Rows that are handed in, and files of them.
    "missing_value": Reason("a cell is empty that must not be", _MEND_ROW),
    "not_a_number": Reason("no number, or one that could be read in two ways", "write 1402 or 42,2"),
    "not_a_date": Reason("no day, or none with its year", "write dd/mm/yyyy or ISO 8601"),
    "not_a_time": Reason("no day with its time", "write dd/mm/yyyy hh:mm or ISO 8601"),
    "not_a_duration": Reason("no duration", "write PT1H30M, 1:30:00 or `2 giờ 30 phút`"),
    "bad_pattern": Reason("a text is not of the form that its field has", _MEND_ROW),
    "future_time": Reason("an event lies ahead of the clock", "mend the time, or the sender's clock"),
    "inequality_not_allowed": Reason(
        "`hơn`, `trên`, `tối thiểu`, `khoảng` where an exact number is wanted", _MEND_ROW
    ),
    "formula_in_cell": Reason("a spreadsheet would calculate the cell", "send its value as text or number"),
    "missing_column": Reason("a column is not there that must be", "add it, or name it in the mapping"),
    "unknown_column": Reason("the dataset has no such column", "leave it out, or name it in the mapping"),
    "repeated_column": Reason("a heading is there more than once", "name each column once"),
    "no_headings": Reason("the line of the headings has none, or too many", "say header_row"),
    "too_few_fields": Reason("a line of the file has fewer fields than headings", "mend the line"),
    "bad_quotes": Reason("a quote stands where none may", "mend the line"),
    "unclosed_quote": Reason("a quote is never closed", "mend the line"),
    "line_too_long": Reason("a line of the file is longer than any row", "mend the file"),
    "wrong_encoding": Reason("the file is not in the encoding that is declared", "declare the one it has"),
    "bad_xml": Reason("the XML of a workbook is broken or declares entities", "save it anew"),
    "zip_bomb": Reason("a workbook unpacks to more than a table", "save it anew, or send CSV"),
    "too_many_rows": Reason("more rows than a workbook may have", "send CSV"),
    "no_sheet": Reason("the workbook has no such sheet", "name it in the mapping"),
    "idempotency_key_reused": Reason("the key belongs to another command", "every wish needs its own key"),
}


def advice_of(reason: str) -> Advice:
    """Whether to make a call again that failed for this reason."""
    known = REASONS.get(reason)
    return known.advice if known else NOT_AGAIN
