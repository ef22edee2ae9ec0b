import MailFormat
import Routing

/// Colours, times and cuts.
extension ExplanationText {
    enum Colour: Int {
        case red = 31
        case green = 32
        case yellow = 33
        case faint = 90
    }

    /// So much of an answer or a statement is shown; the JSON form has all of it.
    private static var longest: Int { 400 }

    func colour(of reply: SMTPReply) -> Colour {
        reply.isPositive ? .green : reply.isTransient ? .yellow : .red
    }

    func colour(of outcome: ExplainOutcome) -> Colour {
        switch outcome {
        case .taken: .green
        case .waits: .yellow
        case .lost: .red
        }
    }

    func colour(of end: DeliveryEnd) -> Colour {
        switch end {
        case .open: .green
        case .discarded, .waits: .yellow
        case .returned: .red
        }
    }

    func paint(_ text: String, _ colour: Colour) -> String {
        isColoured ? "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m" : text
    }

    func bold(_ text: String) -> String {
        isColoured ? "\u{1b}[1m\(text)\u{1b}[0m" : text
    }

    func milliseconds(_ duration: Duration) -> String {
        "\(duration.microseconds / 1000).\(duration.microseconds % 1000 / 100) ms"
    }

    /// What tables and clients wrote must not steer the terminal, and not fill it.
    func visible(_ text: String) -> String {
        var text = text
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            text = String(
                String.UnicodeScalarView(
                    text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
        }
        guard text.count > Self.longest else { return text }
        return "\(text.prefix(Self.longest))… (cut: \(text.count) characters, --json has them all)"
    }
}
