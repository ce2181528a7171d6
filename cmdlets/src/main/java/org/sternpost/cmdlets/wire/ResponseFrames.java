package org.sternpost.cmdlets.wire;

import java.util.Map;
import org.sternpost.cmdlets.wire.EngineClient.PlanView;

/// The frames that an engine says.
final class ResponseFrames {

    private ResponseFrames() {}

    static Map<String, Object> record(long id, Record view) {
        return Map.of("id", id, "rec", view.getClass().getSimpleName(), "v", RecordJson.write(view));
    }

    static Map<String, Object> plan(long id, PlanView plan) { return Map.of("id", id, "plan", RecordJson.write(plan)); }

    /// @param more there are more records than were asked for
    static Map<String, Object> done(long id, long records, boolean more) {
        return Map.of("id", id, "end", Map.of("status", "ok", "records", records, "more", more));
    }

    static Map<String, Object> cancelled(long id) { return Map.of("id", id, "end", Map.of("status", "cancelled")); }

    static Map<String, Object> failed(long id, String code, String message, String hint) {
        return Map.of("id", id, "error", error(code, message, hint));
    }

    static Map<String, Object> error(String code, String message, String hint) {
        return Map.of("code", code, "message", message, "hint", hint);
    }
}
