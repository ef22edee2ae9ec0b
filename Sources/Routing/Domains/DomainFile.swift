import Foundation

/// A file of domain names, `/etc/postfix/domains`: one or more a line, `#` starts a comment line,
/// a line that starts with white space continues the one before.
enum DomainFile {
    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    static func words(at path: String) -> Result<[String], Unreadable> {
        do {
            let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
            let words = text.split(whereSeparator: \.isNewline)
                .filter { $0.first(where: { !$0.isWhitespace }) != "#" }
                .flatMap { $0.split { $0 == "," || $0.isWhitespace } }
                .map(String.init)
            return .success(words)
        } catch {
            return .failure(Unreadable(description: "cannot read the file: \(error.localizedDescription)"))
        }
    }
}
