import CMongoC
import Foundation
import Synchronization

/// Speaks a MongoDB server's protocol as far as finding goes (OP_MSG, and OP_QUERY for the greeting), and answers each
/// question as a test says. Debian has no MongoDB server to ask.
public final class MongoDBScript: Sendable {
    /// What a client wants to find.
    public struct Question: Hashable, Sendable {
        public let database: String
        public let collection: String
        /// Extended JSON, as libbson writes it.
        public let filter: String
        public let projection: String

        public init(database: String, collection: String, filter: String, projection: String) {
            self.database = database
            self.collection = collection
            self.filter = filter
            self.projection = projection
        }
    }

    public enum Reply: Sendable {
        /// Documents as JSON, in batches: the client has to ask for each but the first.
        case batches([[String]])
        case error(code: Int32, message: String)
        /// Never answers.
        case silence
        /// Closes the connection.
        case hangUp
        /// Closes the connection in the middle of the answer.
        case half([String])

        public static func documents(_ documents: String...) -> Reply { .batches([documents]) }
    }

    public let server: StreamServer
    public var uri: String { "mongodb://127.0.0.1:\(server.port)/" }
    private let log: Questions

    private final class Questions: Sendable {
        let asked = Mutex<[Question]>([])
    }

    /// - Parameter greets: whether it says what it is when a client connects.
    public init(
        port: Int = 0, greets: Bool = true, _ reply: @escaping @Sendable (Question) -> Reply
    ) throws {
        let log = Questions()
        self.log = log
        server = try StreamServer(port: port) { stream, _ in
            var connection = Connection(stream: stream, greets: greets) { question in
                log.asked.withLock { $0.append(question) }
                return reply(question)
            }
            try connection.serve()
        }
    }

    /// The questions so far.
    public var questions: [Question] { log.asked.withLock { $0 } }
}

/// One client of a ``MongoDBScript``.
private struct Connection {
    let stream: SocketStream
    let greets: Bool
    let reply: (MongoDBScript.Question) -> MongoDBScript.Reply
    /// Batches that the client has not asked for yet.
    var rest: [[String]] = []

    init(
        stream: SocketStream, greets: Bool, reply: @escaping (MongoDBScript.Question) -> MongoDBScript.Reply
    ) {
        self.stream = stream
        self.greets = greets
        self.reply = reply
    }

    private static let greeting = """
        {"ismaster": true, "helloOk": true, "maxBsonObjectSize": 16777216, "maxMessageSizeBytes": 48000000,
         "maxWriteBatchSize": 100000, "minWireVersion": 0, "maxWireVersion": 13, "readOnly": false, "ok": 1}
        """

    mutating func serve() throws {
        while let header = try read(16) {
            let (length, number, code) = (
                header.integer(at: 0), header.integer(at: 4), header.integer(at: 12)
            )
            guard (16...48_000_000).contains(length), let body = try read(Int(length) - 16) else { return }
            // The greeting of old comes as a query: flags, the collection's name, two numbers, the command.
            if code == 2004 {
                guard greets else { continue }
                try send(
                    number, code: 1,
                    [UInt8](repeating: 0, count: 16) + Self.one + BSON(json: Self.greeting).bytes)
                continue
            }
            // Flags, then the kind of section, then the command.
            guard code == 2013, body.count > 5, body[4] == 0 else { return }
            guard try answer(BSON(bytes: Array(body[5...])), number) else { return }
        }
    }

    private static let one: [UInt8] = [1, 0, 0, 0]

    /// - Returns: whether to go on.
    private mutating func answer(_ command: BSON, _ number: Int32) throws -> Bool {
        let fields = try command.object()
        let namespace = "\(fields["$db"] as? String ?? "").\(fields["find"] ?? fields["collection"] ?? "")"
        if fields["find"] != nil {
            let question = MongoDBScript.Question(
                database: fields["$db"] as? String ?? "", collection: fields["find"] as? String ?? "",
                filter: try command.json(of: "filter"), projection: try command.json(of: "projection"))
            switch reply(question) {
            case .silence:
                _ = try read(.max)
                return false
            case .hangUp: return false
            case .half(let documents):
                let message = Self.message(
                    number, Self.cursor("firstBatch", documents, namespace, isLast: true))
                try stream.write(message.prefix(message.count / 2))
                return false
            case .error(let code, let text):
                try send(
                    number,
                    "{\"ok\": 0, \"errmsg\": \"\(text)\", \"code\": \(code), \"codeName\": \"Scripted\"}")
            case .batches(let batches):
                rest = Array(batches.dropFirst())
                try send(
                    number, Self.cursor("firstBatch", batches.first ?? [], namespace, isLast: rest.isEmpty))
            }
        } else if fields["getMore"] != nil {
            let batch = rest.isEmpty ? [] : rest.removeFirst()
            try send(number, Self.cursor("nextBatch", batch, namespace, isLast: rest.isEmpty))
        } else if greets {
            try send(number, Self.greeting)
        }
        return true
    }

    private static func cursor(
        _ name: String, _ documents: [String], _ namespace: String, isLast: Bool
    ) -> String {
        let id = isLast ? "0" : "7"
        return "{\"cursor\": {\"id\": {\"$numberLong\": \"\(id)\"}, \"ns\": \"\(namespace)\", "
            + "\"\(name)\": [\(documents.joined(separator: ", "))]}, \"ok\": 1}"
    }

    private func send(_ number: Int32, _ json: String) throws {
        try stream.write(Self.message(number, json))
    }

    private static func message(_ number: Int32, _ json: String) -> [UInt8] {
        frame(number, code: 2013, [0, 0, 0, 0, 0] + BSON(json: json).bytes)
    }

    private func send(_ number: Int32, code: Int32, _ body: [UInt8]) throws {
        try stream.write(Self.frame(number, code: code, body))
    }

    private static func frame(_ number: Int32, code: Int32, _ body: [UInt8]) -> [UInt8] {
        [Int32(16 + body.count), 1, number, code].flatMap { value in
            withUnsafeBytes(of: value.littleEndian) { Array($0) }
        } + body
    }

    /// So many bytes; nil where the client has gone before.
    private func read(_ count: Int) throws -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < count {
            let got = recv(stream.descriptor, &chunk, min(chunk.count, count - bytes.count), 0)
            guard got > 0 else { return nil }
            if count < .max { bytes.append(contentsOf: chunk[..<got]) }
        }
        return bytes
    }
}

/// A document on the wire.
private struct BSON {
    let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    init(json: String) {
        var error = bson_error_t()
        guard let document = bson_new_from_json(json, json.utf8.count, &error) else {
            preconditionFailure("a test's document is no JSON: \(json)")
        }
        defer { bson_destroy(document) }
        // A document begins with its length.
        let data = bson_get_data(document)
        let length = Array(UnsafeBufferPointer(start: data, count: 4)).integer(at: 0)
        bytes = Array(UnsafeBufferPointer(start: data, count: Int(length)))
    }

    var json: String {
        guard let document = bson_new_from_data(bytes, bytes.count) else { return "" }
        defer { bson_destroy(document) }
        guard let text = bson_as_canonical_extended_json(document, nil) else { return "" }
        defer { bson_free(text) }
        return String(cString: text)
    }

    func object() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] ?? [:]
    }

    /// A field that is a document.
    func json(of field: String) throws -> String {
        guard let value = try object()[field] else { return "" }
        let data = try JSONSerialization.data(
            withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }
}

extension [UInt8] {
    fileprivate func integer(at offset: Int) -> Int32 {
        self[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | Int32($1) }
    }
}
