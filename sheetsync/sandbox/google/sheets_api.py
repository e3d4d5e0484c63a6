"""The methods of the Sheets API, each from a call to a reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from sheetsync.sandbox.google import values
from sheetsync.sandbox.google.calls import Call, Reply, answer_mask, kind_of, parameters, payload
from sheetsync.sandbox.google.document import Document, new_document
from sheetsync.sandbox.google.errors import ApiError, forbidden, not_found
from sheetsync.sandbox.google.library import File, Library
from sheetsync.sandbox.google.lookup import Place, each_filter, filtered_places, matching_metadata, place
from sheetsync.sandbox.google.masks import selected
from sheetsync.sandbox.google.rendering import Reader, Wanted, shown_metadata, spreadsheet
from sheetsync.sandbox.google.schema import Json
from sheetsync.sandbox.google.switches import Switches
from sheetsync.sandbox.google.updates import apply
from sheetsync.sandbox.google.updates.change import Change
from sheetsync.sandbox.google.updates.creating import fill_new
from sheetsync.sandbox.google.updates.sheets import copied, copied_metadata, copy_title, free_id, place_sheet

VALUES_READ = "BatchGetValuesByDataFilterRequest"
VALUES_WRITE = "BatchUpdateValuesRequest"
OWNER = 3

READ_QUERY: Mapping[str, str] = {
    name: kind_of(VALUES_READ, name) for name in ("majorDimension", "valueRenderOption", "dateTimeRenderOption")
}
WRITE_QUERY: Mapping[str, str] = {
    name: kind_of(VALUES_WRITE, name)
    for name in (
        "valueInputOption",
        "includeValuesInResponse",
        "responseValueRenderOption",
        "responseDateTimeRenderOption",
    )
}
INSERT_OPTIONS = "=OVERWRITE|INSERT_ROWS"


class SheetsApi:
    """The API over one library of files."""

    def __init__(self, library: Library, switches: Callable[[], Switches]) -> None:
        self._library = library
        self._switches = switches

    def create(self, call: Call) -> Reply:
        parameters(call, {})
        mask = answer_mask(call, "Spreadsheet")
        body = payload(call, "Spreadsheet")
        if not self._switches().accounts_may_create:
            raise forbidden()
        document = new_document(body.get("properties", {}).get("title") or "Untitled spreadsheet")
        fill_new(Change(document, call.email, True, self._switches()), body)
        file = self._library.add(document, call.email)
        return Reply(spreadsheet(file.document, Wanted(mask), Reader(call.email, is_owner=True)))

    def get(self, call: Call) -> Reply:
        known = {"ranges": "[]s", "includeGridData": "b", "excludeTablesInBandedRanges": "b", "commentsViewMode": "s"}
        query = parameters(call, known)
        file = self._read(call)
        places = [place(file.document, text) for text in query.get("ranges", ()) if text]
        return self._shown(call, file, places if query.get("ranges") else None, grid=bool(query.get("includeGridData")))

    def get_by_data_filter(self, call: Call) -> Reply:
        parameters(call, {})
        body = payload(call, "GetSpreadsheetByDataFilterRequest")
        file = self._read(call)
        filters = body.get("dataFilters", ())
        found = [entry for data_filter in filters for entry in filtered_places(file.document, data_filter)]
        return self._shown(call, file, found if filters else None, grid=bool(body.get("includeGridData")))

    def _shown(self, call: Call, file: File, places: list[Place] | None, *, grid: bool) -> Reply:
        mask = answer_mask(call, "Spreadsheet")
        wanted = Wanted(mask, places, self._switches().ranges_limit_sheets, grid)
        return Reply(spreadsheet(file.document, wanted, self._reader(file, call)))

    def batch_update(self, call: Call) -> Reply:
        parameters(call, {})
        mask = answer_mask(call, "BatchUpdateSpreadsheetResponse")
        body = payload(call, "BatchUpdateSpreadsheetRequest")
        with self._write(call) as draft:
            file = self._read(call)
            change = Change(draft, call.email, file.role(call.email) >= OWNER, self._switches())
            replies = apply(change, body.get("requests", []))
            places = [place(draft, text) for text in body.get("responseRanges", ())]
        answer: Json = {"spreadsheetId": draft.spreadsheet_id, "replies": replies}
        if body.get("includeSpreadsheetInResponse"):
            below = mask.below("updatedSpreadsheet")
            if below is not None:
                grid = bool(body.get("responseIncludeGridData"))
                wanted = Wanted(below, places or None, self._switches().ranges_limit_sheets, grid)
                shown = spreadsheet(draft, wanted, self._reader(file, call))
                return Reply({**selected(mask, answer), "updatedSpreadsheet": shown})
        return Reply(selected(mask, answer))

    def copy_to(self, call: Call) -> Reply:
        parameters(call, {})
        body = payload(call, "CopySheetToAnotherSpreadsheetRequest")
        source_document = self._read(call).document
        source = source_document.sheet(int(call.parts[1]), "sheet")
        with self._write(call, body.get("destinationSpreadsheetId", "")) as draft:
            copy = copied(source, free_id(draft, None), copy_title(draft, source.title))
            draft.metadata += copied_metadata(source_document, source, copy.sheet_id)
            reply = place_sheet(draft, copy, None)
        return Reply(selected(answer_mask(call, "SheetProperties"), reply["properties"]))

    def metadata_get(self, call: Call) -> Reply:
        parameters(call, {})
        document = self._read(call).document
        wanted = int(call.parts[1])
        for entry in document.metadata:
            if entry.metadata_id == wanted:
                return Reply(selected(answer_mask(call, "DeveloperMetadata"), shown_metadata(entry)))
        raise not_found()

    def metadata_search(self, call: Call) -> Reply:
        parameters(call, {})
        body = payload(call, "SearchDeveloperMetadataRequest")
        document = self._read(call).document
        found: dict[int, Json] = {}
        for data_filter in body.get("dataFilters", ()):
            for entry in matching_metadata(document, data_filter):
                matched = found.setdefault(
                    entry.metadata_id, {"developerMetadata": shown_metadata(entry), "dataFilters": []}
                )
                matched["dataFilters"].append(data_filter)
        answer: Json = {"matchedDeveloperMetadata": list(found.values())} if found else {}
        return Reply(selected(answer_mask(call, "SearchDeveloperMetadataResponse"), answer))

    def values_get(self, call: Call) -> Reply:
        query = parameters(call, READ_QUERY)
        document = self._read(call).document
        answer = values.read(document, place(document, call.parts[1]), values.Reading.of(query))
        return Reply(selected(answer_mask(call, "ValueRange"), answer))

    def values_batch_get(self, call: Call) -> Reply:
        query = parameters(call, {**READ_QUERY, "ranges": "[]s"})
        document = self._read(call).document
        reading = values.Reading.of(query)
        found = [values.read(document, place(document, text), reading) for text in query.get("ranges", ())]
        answer = {"spreadsheetId": document.spreadsheet_id, **({"valueRanges": found} if found else {})}
        return Reply(selected(answer_mask(call, "BatchGetValuesResponse"), answer))

    def values_batch_get_by_data_filter(self, call: Call) -> Reply:
        parameters(call, {})
        body = payload(call, VALUES_READ)
        document = self._read(call).document
        reading = values.Reading.of(body)
        found = [
            {"valueRange": values.read(document, entry, reading), "dataFilters": filters}
            for entry, filters in each_filter(document, body.get("dataFilters", ()))
        ]
        answer = {"spreadsheetId": document.spreadsheet_id, **({"valueRanges": found} if found else {})}
        return Reply(selected(answer_mask(call, "BatchGetValuesByDataFilterResponse"), answer))

    def values_update(self, call: Call) -> Reply:
        query = parameters(call, WRITE_QUERY)
        body = payload(call, "ValueRange", "data")
        with self._write(call) as draft:
            target = place(draft, call.parts[1])
            _check_same_range(draft, target, body.get("range"))
            writing = self._writing(call, query.get("valueInputOption"))
            written = values.write(draft, target, body.get("values", []), body.get("majorDimension", ""), writing)
        answer = {"spreadsheetId": draft.spreadsheet_id, **self._updated(draft, written, query)}
        return Reply(selected(answer_mask(call, "UpdateValuesResponse"), answer))

    def values_append(self, call: Call) -> Reply:
        query = parameters(call, {**WRITE_QUERY, "insertDataOption": INSERT_OPTIONS})
        body = payload(call, "ValueRange", "data")
        with self._write(call) as draft:
            target = place(draft, call.parts[1])
            writing = self._writing(call, query.get("valueInputOption"))
            rows, major = body.get("values", []), body.get("majorDimension", "")
            table, written = values.append(draft, target, rows, major, query.get("insertDataOption", ""), writing)
        answer: Json = {"spreadsheetId": draft.spreadsheet_id}
        if table is not None:
            answer["tableRange"] = draft.sheet(table.sheet_id).shown_range(table)
        answer["updates"] = {"spreadsheetId": draft.spreadsheet_id, **self._updated(draft, written, query)}
        return Reply(selected(answer_mask(call, "AppendValuesResponse"), answer))

    def values_clear(self, call: Call) -> Reply:
        parameters(call, {})
        payload(call, "ClearValuesRequest")
        with self._write(call) as draft:
            target = place(draft, call.parts[1])
            values.clear(draft, target, self._writing(call, "RAW"))
        answer = {"spreadsheetId": draft.spreadsheet_id, "clearedRange": target.shown}
        return Reply(selected(answer_mask(call, "ClearValuesResponse"), answer))

    def values_batch_update(self, call: Call) -> Reply:
        parameters(call, {})
        body = payload(call, VALUES_WRITE)
        targets: list[values.Written] = []
        with self._write(call) as draft:
            writing = self._writing(call, body.get("valueInputOption"))
            for number, entry in enumerate(body.get("data", ())):
                try:
                    target = place(draft, entry.get("range", ""))
                    rows, major = entry.get("values", []), entry.get("majorDimension", "")
                    targets.append(values.write(draft, target, rows, major, writing))
                except ApiError as error:
                    raise error.at(f"data[{number}]") from error
        responses = [
            {"spreadsheetId": draft.spreadsheet_id, **self._updated(draft, written, body)} for written in targets
        ]
        answer = {"spreadsheetId": draft.spreadsheet_id, **_totals(targets), **_some("responses", responses)}
        return Reply(selected(answer_mask(call, "BatchUpdateValuesResponse"), answer))

    def values_batch_update_by_data_filter(self, call: Call) -> Reply:
        parameters(call, {})
        body = payload(call, "BatchUpdateValuesByDataFilterRequest")
        targets: list[tuple[Json, values.Written]] = []
        with self._write(call) as draft:
            writing = self._writing(call, body.get("valueInputOption"))
            for number, entry in enumerate(body.get("data", ())):
                data_filter = entry.get("dataFilter", {})
                try:
                    for target in filtered_places(draft, data_filter):
                        rows, major = entry.get("values", []), entry.get("majorDimension", "")
                        targets.append((data_filter, values.write(draft, target, rows, major, writing)))
                except ApiError as error:
                    raise error.at(f"data[{number}]") from error
        responses = [
            {**self._updated(draft, written, body), "dataFilter": data_filter} for data_filter, written in targets
        ]
        totals = _totals([written for _, written in targets])
        answer = {"spreadsheetId": draft.spreadsheet_id, **totals, **_some("responses", responses)}
        return Reply(selected(answer_mask(call, "BatchUpdateValuesByDataFilterResponse"), answer))

    def values_batch_clear(self, call: Call) -> Reply:
        parameters(call, {})
        body = payload(call, "BatchClearValuesRequest")
        shown: list[str] = []
        with self._write(call) as draft:
            for number, text in enumerate(body.get("ranges", ())):
                try:
                    target = place(draft, text)
                    values.clear(draft, target, self._writing(call, "RAW"))
                except ApiError as error:
                    raise error.at(f"range[{number}]") from error
                shown.append(target.shown)
        answer = {"spreadsheetId": draft.spreadsheet_id, **_some("clearedRanges", shown)}
        return Reply(selected(answer_mask(call, "BatchClearValuesResponse"), answer))

    def values_batch_clear_by_data_filter(self, call: Call) -> Reply:
        parameters(call, {})
        body = payload(call, "BatchClearValuesByDataFilterRequest")
        shown: list[str] = []
        with self._write(call) as draft:
            for target, _ in each_filter(draft, body.get("dataFilters", ())):
                values.clear(draft, target, self._writing(call, "RAW"))
                shown.append(target.shown)
        answer = {"spreadsheetId": draft.spreadsheet_id, **_some("clearedRanges", shown)}
        return Reply(selected(answer_mask(call, "BatchClearValuesByDataFilterResponse"), answer))

    def _read(self, call: Call) -> File:
        return self._library.opened(call.parts[0], call.email, write=False)

    def _write(self, call: Call, spreadsheet: str | None = None) -> AbstractContextManager[Document]:
        file = self._library.opened(call.parts[0] if spreadsheet is None else spreadsheet, call.email, write=True)
        file.document.most_cells = self._switches().cells_limit
        return self._library.writing(file)

    def _reader(self, file: File, call: Call) -> Reader:
        return Reader(call.email, is_owner=file.role(call.email) >= OWNER)

    def _writing(self, call: Call, option: Any) -> values.Writing:
        is_owner = self._read(call).role(call.email) >= OWNER
        return values.Writing.of(option, call.email, self._switches(), is_owner=is_owner)

    def _updated(self, document: Document, written: values.Written, query: Json) -> Json:
        result = written.json()
        if query.get("includeValuesInResponse"):
            result["updatedData"] = values.updated_data(document, written, query)
        return result


def _check_same_range(document: Document, target: Place, text: str | None) -> None:
    """The body of values.update may repeat the range of the path, but not name another one."""
    if text and place(document, text).area != target.area:
        raise ApiError(f"Requested writing within range [{target.shown}], but the body names range [{text}].")


def _totals(targets: list[values.Written]) -> Json:
    """The counts over all ranges of a batch; rows and columns that several ranges share count once."""
    rows = {(entry.place.sheet.sheet_id, row) for entry in targets for row in _rows(entry)}
    columns = {(entry.place.sheet.sheet_id, column) for entry in targets for column in _columns(entry)}
    totals = {
        "totalUpdatedRows": len(rows),
        "totalUpdatedColumns": len(columns),
        "totalUpdatedCells": sum(entry.cells for entry in targets),
        "totalUpdatedSheets": len({entry.place.sheet.sheet_id for entry in targets if entry.cells}),
    }
    return {name: count for name, count in totals.items() if count}


def _rows(entry: values.Written) -> range:
    return range(entry.place.area.top, entry.place.area.top + entry.rows)


def _columns(entry: values.Written) -> range:
    return range(entry.place.area.left, entry.place.area.left + entry.columns)


def _some(name: str, entries: list[Any]) -> Json:
    return {name: entries} if entries else {}
