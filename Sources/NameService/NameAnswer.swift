/// What the DNS says about a name and a type.
public struct NameAnswer<Value: Sendable>: Sendable {
    public enum Content: Sendable {
        /// At least one.
        case records([Value])
        /// The name exists, but has no record of that type.
        case noRecord
        /// There is no such name (NXDOMAIN).
        case noName
    }

    public let content: Content
    /// DNSSEC has proven the answer (RFC 4035 §4.3), also one that says there is nothing.
    public let isSecure: Bool

    /// Empty where there are none.
    public var values: [Value] { if case .records(let values) = content { values } else { [] } }

    func map<Other>(_ transform: (Value) -> Other) -> NameAnswer<Other> {
        let other: NameAnswer<Other>.Content =
            switch content {
            case .records(let values): .records(values.map(transform))
            case .noRecord: .noRecord
            case .noName: .noName
            }
        return NameAnswer<Other>(content: other, isSecure: isSecure)
    }
}

/// The DNS could not be asked now, or its answer cannot be trusted: mail waits, and nothing is refused for good.
public struct NameFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// `MX of example.org: no answer within 5 seconds`
    public let description: String

    init(_ name: String, _ type: String, _ reason: String) {
        description = "\(type) of \(name.isEmpty ? "." : name): \(reason)"
    }
}
