/// How text looks at a terminal; plain in a pipe.
struct TextStyle {
    let isColoured: Bool

    enum Colour: Int {
        case red = 31
        case green = 32
        case yellow = 33
        case faint = 90
    }

    func paint(_ text: String, _ colour: Colour) -> String {
        isColoured ? "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m" : text
    }

    func bold(_ text: String) -> String {
        isColoured ? "\u{1b}[1m\(text)\u{1b}[0m" : text
    }

    /// What files, tables and servers say must not steer the terminal.
    func visible(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }
}
