import LookupTables

/// Why an address cannot be rewritten now. The message waits at its sender: `451`.
public enum RewritingFailure: Error, Sendable {
    /// A table of this parameter could not be asked.
    case lookup(parameter: String, LookupFailure)
    /// The table answered, and what it says cannot be: the operator has to put it right.
    case setup(String)
}

extension RewritingFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .lookup(let parameter, let failure): "\(parameter): \(failure)"
        case .setup(let cause): cause
        }
    }
}
