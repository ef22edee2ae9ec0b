import CPostgreSQL

/// What a server says about a statement that it refuses, on one line.
struct ServerMessage {
    /// `ERROR: column "x" does not exist`.
    let text: String
    /// The server ends the connection: it is the connection's error and not the statement's.
    let endsConnection: Bool

    init(_ result: OpaquePointer) {
        func field(_ code: Character) -> String? {
            let code = Int32(code.asciiValue ?? 0)
            return PQresultErrorField(result, code).map { String(cString: $0) }
        }
        // libpq-fe.h: PG_DIAG_SEVERITY, …_NONLOCALIZED, _MESSAGE_PRIMARY. What libpq itself finds has none of them.
        let severity = field("V") ?? field("S")
        endsConnection = severity.map { $0 == "FATAL" || $0 == "PANIC" } ?? true
        if let severity, let message = field("M") {
            text = Self.oneLine("\(severity): \(message)")
        } else {
            text = PQresultErrorMessage(result).map { Self.oneLine(String(cString: $0)) } ?? "unknown error"
        }
    }

    /// The last error of the connection.
    static func text(of connection: OpaquePointer) -> String {
        let text = PQerrorMessage(connection).map { oneLine(String(cString: $0)) } ?? ""
        return text.isEmpty ? "the connection was lost" : text
    }

    private static func oneLine(_ text: String) -> String {
        text.split { $0.isNewline }
            .map { line in line.drop { $0 == " " || $0 == "\t" } }
            .filter { !$0.isEmpty }.joined(separator: " ")
    }
}
