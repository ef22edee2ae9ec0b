/// What the DNS said.
public struct NameAnswer<Record: Sendable>: Sendable {
    public var records: [Record]
    /// Whether the name is there at all, perhaps with records of other types.
    public var exists: Bool
    /// Whether DNSSEC vouches for the answer.
    public var isSecure: Bool
    /// Where a CNAME led, in lower case; nil where there was none.
    public var canonicalName: String?

    func compactMap<Other: Sendable>(_ transform: (Record) -> Other?) -> NameAnswer<Other> {
        with(records: records.compactMap(transform))
    }

    func with<Other: Sendable>(records: [Other]) -> NameAnswer<Other> {
        NameAnswer<Other>(records: records, exists: exists, isSecure: isSecure, canonicalName: canonicalName)
    }
}

/// Why the DNS could not be asked, or its answer not be believed. "Could not ask" is never "not there".
public enum NameFailure: Error, Hashable, Sendable {
    case timedOut
    /// The response code, RFC 1035 §4.1.1: 2 is "server failure".
    case server(code: Int32)
    /// DNSSEC says that the answer is forged.
    case bogus(String)
    /// libunbound's words.
    case library(String)
}

extension NameFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .timedOut: "no answer in time"
        case .server(2): "server failure"
        case .server(5): "the server refused to answer"
        case .server(let code): "response code \(code)"
        case .bogus(let reason): "the answer is forged, or its signatures are broken: \(reason)"
        case .library(let reason): reason
        }
    }
}
