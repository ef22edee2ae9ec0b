import CMongoC
import LookupTables

/// A BSON document that is not changed once it is made.
final class BSONDocument: Sendable {
    // Only read after `init`, and libbson's readers share nothing.
    // A `bson_t *`, which Swift does not see into for its alignment.
    nonisolated(unsafe) let pointer: OpaquePointer

    /// - Parameter fill: appends the elements; false where one did not fit.
    init?(_ fill: (OpaquePointer) -> Bool) {
        guard let pointer = bson_new() else { return nil }
        self.pointer = pointer
        guard fill(pointer) else {
            bson_destroy(pointer)
            return nil
        }
    }

    /// Reads JSON, extended JSON included.
    init(json: String) throws(TableError) {
        var error = bson_error_t()
        guard let pointer = bson_new_from_json(json, json.utf8.count, &error) else {
            throw TableError(error.text)
        }
        self.pointer = pointer
    }

    deinit { bson_destroy(pointer) }

    /// As extended JSON, for messages.
    var text: String {
        guard let text = bson_as_relaxed_extended_json(pointer, nil) else { return "" }
        defer { bson_free(text) }
        return String(cString: text)
    }
}

extension bson_error_t {
    /// The library's words.
    var text: String {
        withUnsafeBytes(of: message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
