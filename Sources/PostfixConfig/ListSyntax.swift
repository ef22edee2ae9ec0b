/// Lists in main.cf: separated by commas or white space, where `{ … }` is one element.
public enum ListSyntax {
    public static func split(_ text: some StringProtocol) -> [String] {
        var elements: [String] = []
        var current = ""
        var depth = 0
        for character in text {
            switch character {
            case "{":
                depth += 1
                current.append(character)
            case "}":
                depth = max(0, depth - 1)
                current.append(character)
            case ",", " ", "\t", "\n", "\r":
                if depth > 0 {
                    current.append(character)
                } else if !current.isEmpty {
                    elements.append(current)
                    current = ""
                }
            default:
                current.append(character)
            }
        }
        if !current.isEmpty { elements.append(current) }
        return elements
    }
}
