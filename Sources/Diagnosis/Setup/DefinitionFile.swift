import PostfixConfig

/// The file that defines a map, `mysql:/etc/postfix/aliases.cf`, as it is written.
public struct DefinitionFile: Sendable {
    /// One `name = value`.
    public struct Setting: Hashable, Sendable {
        public let name: String
        public let value: String
        /// Counted from 1.
        public let line: Int

        /// The line as it may be shown.
        public var text: String { "\(name) = \(Secrets.shown(name, value))" }
    }

    public let path: String
    /// In the order of the file.
    public let settings: [Setting]

    /// Nil where the file cannot be read.
    public init?(path: String) {
        guard let content = try? FileContent.read(path) else { return nil }
        self.path = path
        settings = MainFile(path: path, text: content).entries.map {
            Setting(name: $0.name, value: $0.value, line: $0.line)
        }
    }

    /// The setting that counts: the last of that name.
    public subscript(name: String) -> Setting? { settings.last { $0.name == name } }

    public func evidence(_ setting: Setting) -> Evidence {
        Evidence(file: path, line: setting.line, setting.text)
    }
}
