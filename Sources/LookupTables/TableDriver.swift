import Logging
import PostfixConfig

/// Opens the tables of one type: what stands left of the colon in `mysql:/etc/postfix/aliases.cf`.
public protocol TableDriver: Sendable {
    /// The type's name, `mysql`.
    var type: String { get }

    /// The settings that a definition of this type may have; nil where tables of this type have no settings.
    var settingNames: Set<String>? { get }

    /// Opens a table; throws where its definition is missing or wrong.
    ///
    /// - Parameter name: what stands right of the colon.
    func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable
}

extension TableDriver {
    public var settingNames: Set<String>? { nil }
}

/// What is wrong with a table's definition: where, what, and what to do about it.
public struct TableError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    /// What puts it right, for the log; a command says what Postfix's says and no more.
    public let cure: String?

    public init(_ description: String, cure: String? = nil) {
        self.description = description
        self.cure = cure
    }

    var withCure: String {
        guard let cure else { return description }
        var description = description
        while description.last == " " { description.removeLast() }
        return "\(description). \(cure)"
    }
}
