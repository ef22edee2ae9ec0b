import MailFormat

/// What a destination that is no address was probably meant to be.
enum MeantDestination {
    /// - Parameters:
    ///   - value: the whole destination, `john@@example.org`.
    ///   - address: whose alias it is, for bare words.
    /// - Returns: the most probable first, each to be tried.
    static func candidates(for value: String, of address: MailAddress, _ kind: RowTroubles.Kind) -> [String] {
        switch kind {
        case .semicolon:
            let parts = value.split { $0 == ";" || $0 == "," }.map { String($0.trimmingBlanks) }
            return [parts.filter { !$0.isEmpty }.joined(separator: ",")]
        case .bareWord:
            guard let domain = address.domain else { return [] }
            return [mapped(value) { $0.contains("@") ? $0 : "\($0)@\(domain)" }]
        case .badAddress:
            return [mapped(value, tidied)]
        case .noAddress, .noDestination, .tooLong, .noKey, .badKey, .capitalKey:
            return []
        }
    }

    private static func mapped(_ value: String, _ body: (String) -> String) -> String {
        value.split(separator: ",").map { body(String($0.trimmingBlanks)) }.filter { !$0.isEmpty }
            .joined(separator: ",")
    }

    /// Signs that stand there twice or too many, and blanks, go.
    private static func tidied(_ address: String) -> String {
        var text = address.filter { !$0.isWhitespace && $0 != "<" && $0 != ">" }
        for double in ["@@", ".."] {
            while text.contains(double) { text = text.replacing(double, with: String(double.prefix(1))) }
        }
        text = text.replacing(".@", with: "@").replacing("@.", with: "@")
        while text.hasSuffix(".") { text.removeLast() }
        return text
    }
}
