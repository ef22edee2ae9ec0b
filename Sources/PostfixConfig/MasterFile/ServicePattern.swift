/// Which services of master.cf are meant: `name/type`, where `*` is any.
public struct ServicePattern: Hashable, Sendable {
    public let name: String
    public let kind: String

    public init(name: String, kind: String) {
        self.name = name
        self.kind = kind
    }

    public func matches(_ service: MasterService) -> Bool {
        matches([service.name, service.kind.rawValue])
    }

    func matches(_ words: [String]) -> Bool {
        words.count >= 2 && (name == "*" || name == words[0]) && (kind == "*" || kind == words[1])
    }

    /// Whether a name, such as a field's, is the one that is meant.
    public static func matches(_ wanted: String, _ name: String) -> Bool { wanted == "*" || wanted == name }
}
