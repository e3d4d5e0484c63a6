"""batchUpdate: every kind of request, done in order on one draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sheetsync.sandbox.google.errors import ApiError
from sheetsync.sandbox.google.schema import Json
from sheetsync.sandbox.google.updates import (
    arranging,
    blocks,
    cells,
    dimensions,
    metadata,
    objects,
    paste,
    ranges,
    sheets,
)
from sheetsync.sandbox.google.updates.change import Change, Handler

MOST_REQUESTS = 100_000
"""Requests in one batch."""

HANDLERS: Mapping[str, Handler] = {
    "updateCells": cells.update_cells,
    "repeatCell": cells.repeat_cell,
    "appendCells": cells.append_cells,
    "setDataValidation": cells.set_data_validation,
    "updateBorders": cells.update_borders,
    "insertDimension": dimensions.insert_dimension,
    "deleteDimension": dimensions.delete_dimension,
    "appendDimension": dimensions.append_dimension,
    "moveDimension": dimensions.move_dimension,
    "updateDimensionProperties": dimensions.update_dimension_properties,
    "autoResizeDimensions": dimensions.auto_resize_dimensions,
    "addDimensionGroup": dimensions.add_dimension_group,
    "deleteDimensionGroup": dimensions.delete_dimension_group,
    "updateDimensionGroup": dimensions.update_dimension_group,
    "addSheet": sheets.add_sheet,
    "deleteSheet": sheets.delete_sheet,
    "duplicateSheet": sheets.duplicate_sheet,
    "updateSheetProperties": sheets.update_sheet_properties,
    "updateSpreadsheetProperties": sheets.update_spreadsheet_properties,
    "addNamedRange": ranges.add_named_range,
    "updateNamedRange": ranges.update_named_range,
    "deleteNamedRange": ranges.delete_named_range,
    "addProtectedRange": ranges.add_protected_range,
    "updateProtectedRange": ranges.update_protected_range,
    "deleteProtectedRange": ranges.delete_protected_range,
    "mergeCells": ranges.merge_cells,
    "unmergeCells": ranges.unmerge_cells,
    "setBasicFilter": ranges.set_basic_filter,
    "clearBasicFilter": ranges.clear_basic_filter,
    "addFilterView": ranges.add_filter_view,
    "updateFilterView": ranges.update_filter_view,
    "duplicateFilterView": ranges.duplicate_filter_view,
    "deleteFilterView": ranges.delete_filter_view,
    "addBanding": ranges.add_banding,
    "updateBanding": ranges.update_banding,
    "deleteBanding": ranges.delete_banding,
    "copyPaste": paste.copy_paste,
    "cutPaste": paste.cut_paste,
    "pasteData": paste.paste_data,
    "autoFill": paste.auto_fill,
    "insertRange": blocks.insert_range,
    "deleteRange": blocks.delete_range,
    "sortRange": arranging.sort_range,
    "randomizeRange": arranging.randomize_range,
    "findReplace": arranging.find_replace,
    "trimWhitespace": arranging.trim_whitespace,
    "deleteDuplicates": arranging.delete_duplicates,
    "addConditionalFormatRule": objects.add_conditional_format_rule,
    "updateConditionalFormatRule": objects.update_conditional_format_rule,
    "deleteConditionalFormatRule": objects.delete_conditional_format_rule,
    "addChart": objects.add_chart,
    "updateChartSpec": objects.update_chart_spec,
    "addSlicer": objects.add_slicer,
    "updateSlicerSpec": objects.update_slicer_spec,
    "updateEmbeddedObjectPosition": objects.update_embedded_object_position,
    "deleteEmbeddedObject": objects.delete_embedded_object,
    "addTable": objects.add_table,
    "updateTable": objects.update_table,
    "deleteTable": objects.delete_table,
    "createDeveloperMetadata": metadata.create,
    "updateDeveloperMetadata": metadata.update,
    "deleteDeveloperMetadata": metadata.delete,
}


def apply(change: Change, requests: Sequence[Json]) -> list[Json]:
    """Do the requests in order on the draft; returns their replies.

    Raises:
        ApiError: one of them cannot be done; the draft is half done then and must be thrown away.
    """
    if not requests:
        raise ApiError("Must specify at least one request.")
    if len(requests) > MOST_REQUESTS:
        raise ApiError(f"Cannot exceed {MOST_REQUESTS} requests in a single batch.")
    for number, request in enumerate(requests):
        if not request:
            raise ApiError(f"Invalid requests[{number}]: No request set.")
    return [_reply(change, number, request) for number, request in enumerate(requests)]


def _reply(change: Change, number: int, request: Json) -> Json:
    kind, body = next(iter(request.items()))
    handler = HANDLERS.get(kind)
    if handler is None:
        raise ApiError("This kind of request is not supported by the sandbox.").at(f"requests[{number}].{kind}")
    try:
        reply = handler(change, body)
    except ApiError as error:
        raise error.at(f"requests[{number}].{kind}") from error
    change.document.forget_calculations()
    return {} if reply is None else {kind: reply}
