import PostfixConfig
import Routing

/// Which files of a user are .forward files: those that `forward_path` could name for some mail or other.
struct ForwardFiles: Sendable {
    private let templates: [String]
    /// Stands for what comes from the message.
    private static let hole: Character = "\u{0}"

    /// - Parameter templates: of `forward_path`, one a file.
    init(templates: [String]) { self.templates = templates }

    func includes(_ path: String, of user: LocalUser) -> Bool {
        guard path.hasPrefix("/"), !path.split(separator: "/").contains("..") else { return false }
        return templates.contains { template in
            [true, false].contains { hasExtension in
                pattern(template, user, hasExtension: hasExtension).map { matches(path, $0) } ?? false
            }
        }
    }

    private func pattern(_ template: String, _ user: LocalUser, hasExtension: Bool) -> String? {
        let expansion = try? Template(template).expand { name in
            switch name {
            case "user": user.name
            case "home": user.home
            case "shell": user.shell
            case "recipient", "local", "domain": String(Self.hole)
            case "extension", "recipient_delimiter": hasExtension ? String(Self.hole) : nil
            default: nil
            }
        }
        guard let expansion, !expansion.isIncomplete else { return nil }
        return expansion.text
    }

    /// What comes from the message never crosses a slash.
    private func matches(_ path: String, _ pattern: String) -> Bool {
        var pieces = pattern.split(separator: Self.hole, omittingEmptySubsequences: false)
        guard pieces.count > 1 else { return path == pattern }
        let (first, last) = (pieces.removeFirst(), pieces.removeLast())
        guard path.hasPrefix(first), path.dropFirst(first.count).hasSuffix(last) else { return false }
        let middle = path.dropFirst(first.count).dropLast(last.count)
        // Holes with text between them: nobody has such a path, and what lies between needs no closer look.
        return !middle.contains("/") && !middle.isEmpty && pieces.allSatisfy(\.isEmpty)
    }
}
