import MailFormat

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The listing that `mailq` prints, as Postfix has it for long queue ids:
///
///     ----Queue ID----- --Size-- ---Arrival Time---- --Sender/Recipient------
///     4jWqcm4rD4z2NKXg*      317 Sat Nov 21 11:25:12 sender@example.org
///                                                        (mailbox is full)
///                                                    john@example.org
///
///     -- 0 Kbytes in 1 Request.
public struct MailqFormat {
    private var count = 0
    private var size = 0

    public init() {}

    /// The lines for a message; the first message's come with the heading.
    public mutating func lines(for entry: QueueListing.Entry) -> [String] {
        var lines =
            count == 0 ? ["----Queue ID----- --Size-- ---Arrival Time---- --Sender/Recipient------"] : [""]
        count += 1
        let message = entry.message
        size += message.size
        let id = "\(message.id)\(entry.place == .active ? "*" : "")"
        lines.append(
            Self.left(id, 17) + " " + Self.right("\(message.size)", 8) + " "
                + Self.left(Self.date(message.arrived), 19) + " " + Self.printable(message.senderName))
        var reason: String?
        for recipient in message.recipients {
            if let found = recipient.lastDeferral?.reason, found != reason {
                lines.append(Self.right("(\(Self.printable(found)))", 78))
                reason = found
            }
            lines.append(String(repeating: " ", count: 47) + Self.printable(recipient.recipient.address.text))
        }
        return lines
    }

    /// What stands at the end.
    public var closing: [String] {
        count == 0
            ? ["Mail queue is empty"]
            : ["", "-- \(size / 1024) Kbytes in \(count) Request\(count == 1 ? "" : "s")."]
    }

    private static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// `Sat Nov 21 11:25:12`
    private static func date(_ moment: Timestamp) -> String {
        var seconds = time_t(moment.seconds)
        var local = tm()
        localtime_r(&seconds, &local)
        var text = [CChar](repeating: 0, count: 64)
        let count = strftime(&text, text.count, "%a %b %d %H:%M:%S", &local)
        return String(decoding: text[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// What others have said must not drive the operator's terminal.
    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "?" : $0 }))
    }
}

/// The listing that `postqueue -j` prints: one JSON object a line.
public struct QueueJSONFormat {
    public init() {}

    public func line(for entry: QueueListing.Entry) -> String {
        let message = entry.message
        let recipients = message.recipients.map { recipient in
            let reason = recipient.lastDeferral.map { ", \"delay_reason\": \(Self.quoted($0.reason))" } ?? ""
            return "{\"address\": \(Self.quoted(recipient.recipient.address.text))\(reason)}"
        }
        return """
            {"queue_name": "\(entry.place.rawValue)", "queue_id": "\(message.id)", \
            "arrival_time": \(message.arrived.seconds), "message_size": \(message.size), \
            "forced_expire": false, "sender": \(Self.quoted(message.senderName)), \
            "recipients": [\(recipients.joined(separator: ", "))]}
            """
    }

    /// RFC 8259 §7.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 32 || scalar.value == 127:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension QueuedMessage {
    /// The sender as listings name it: the null path is the mail system itself.
    fileprivate var senderName: String { sender == .null ? "MAILER-DAEMON" : sender.text }
}
