import CMongoC
import LookupTables

/// The `uri` setting: which servers, who logs in, and how. What two maps must have in common to share connections.
///
///     mongodb://martlet:secret@a.example.com,b.example.com/mail?replicaSet=rs0
struct MongoDBURI: Hashable, Sendable {
    private let text: String
    /// What must be in no message: the password, as it is written and as it is meant.
    private let secrets: [String]

    /// Milliseconds, where the URI has no other.
    private static let limits: [(option: String, milliseconds: Int32)] = [
        (MONGOC_URI_SERVERSELECTIONTIMEOUTMS, 5_000), (MONGOC_URI_CONNECTTIMEOUTMS, 5_000),
        (MONGOC_URI_SOCKETTIMEOUTMS, 10_000),
    ]

    init(_ settings: TableSettings, _ library: MongoDBLibrary) throws(TableError) {
        text = try settings.required("uri")
        secrets = Self.secrets(of: text, library)
        let uri = try parsed(by: library)
        library.destroyURI(uri)
    }

    /// The caller destroys it.
    func parsed(by library: MongoDBLibrary) throws(TableError) -> OpaquePointer {
        var error = bson_error_t()
        guard let uri = library.newURI(text, &error) else {
            throw TableError(
                "\(withoutSecrets("uri: \(error.text)")); it should be like mongodb://user:password@host:27017/"
            )
        }
        for limit in Self.limits where !library.uriHasOption(uri, limit.option) {
            _ = library.setURIOption(uri, limit.option, limit.milliseconds)
        }
        return uri
    }

    /// A message as it may be logged.
    func withoutSecrets(_ message: String) -> String {
        secrets.reduce(message) { message, secret in
            message.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "(hidden)")
        }
    }

    /// `mongodb://user:password@host`: what stands between the first colon and the last `@` before the hosts end.
    private static func secrets(of text: String, _ library: MongoDBLibrary) -> [String] {
        guard let start = text.firstRange(of: "://")?.upperBound else { return [] }
        let authority = text[start...].prefix { $0 != "?" }
        guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else {
            return []
        }
        let written = String(authority[authority.index(after: colon)..<at])
        guard !written.isEmpty else { return [] }
        guard let unescaped = library.unescape(written) else { return [written] }
        defer { bson_free(unescaped) }
        return [written, String(cString: unescaped)].filter { !$0.isEmpty }
    }
}
