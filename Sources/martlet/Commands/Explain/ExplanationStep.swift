import MailFormat
import Reception
import Routing

extension ExplanationDocument {
    /// A step; `step` names its kind, and the other fields are those that the kind has.
    struct Step: Encodable {
        let step: String
        var parameter: String?
        var table: String?
        var key: String?
        /// `found`, `not-found`, `failed`
        var answer: String?
        var value: String?
        var reason: String?
        var microseconds: Int64?
        var statements: [Statement]?
        var memory: Memory?
        var address: String?
        var domain: String?
        var addressClass: String?
        var user: String?
        var addressExtension: String?
        var targets: [String]?
        var transport: String?
        var nexthop: String?
        var words: [String]?
        var word: String?
        /// `passes`, `permits`, `refuses`, `warns`, `keeps`
        var result: String?
        var reply: Reply?
        /// The change that the answer supposes.
        var supposition: String?

        enum CodingKeys: String, CodingKey {
            case step, parameter, table, key, answer, value, reason, microseconds, statements, memory,
                address, domain
            case addressClass = "class"
            case user
            case addressExtension = "extension"
            case targets, transport, nexthop, words, word, result, reply
            case supposition = "what-if"
        }
    }

    /// The answer came from memory.
    struct Memory: Encodable {
        /// `lookup_stale_ttl` or `lookup_cache_ttl`
        let parameter: String
        let ageMicroseconds: Int64
        /// Why the table could not be asked; absent for the cache.
        let reason: String?

        enum CodingKeys: String, CodingKey {
            case parameter
            case ageMicroseconds = "age-microseconds"
            case reason
        }
    }

    struct Statement: Encodable {
        let text: String
        /// Absent for files.
        let host: String?
        let microseconds: Int64
    }
}

extension ExplanationDocument.Step {
    init(_ step: ExplainedStep) {
        switch step {
        case .routing(let step): self.init(step)
        case .access(let step): self.init(step)
        }
    }

    private init(_ step: AccessStep) {
        switch step {
        case .list(let parameter, let words):
            self.init(step: "list", parameter: parameter, words: words)
        case .word(let word, let parameter):
            self.init(step: "word", parameter: parameter, word: word)
        case .result(let result, let word, let parameter, let because):
            self.init(step: "result", parameter: parameter, reason: because, word: word, result: result.code)
            reply = result.reply.map(ExplanationDocument.Reply.init)
        case .skipped(let words, let parameter, let because):
            self.init(step: "skipped", parameter: parameter, reason: because, words: words)
        }
    }

    init(_ step: RoutingStep) {
        switch step {
        case .asked(let question):
            self.init(question)
        case .notAsked(let parameter, let key, let because):
            self.init(step: "not-asked", parameter: parameter, key: key, reason: because)
        case .rewritten(let from, let to):
            self.init(step: "rewritten", address: from.text, targets: [to.text])
        case .changed(let from, let to, let because):
            self.init(step: "changed", reason: because, address: from.text, targets: [to.text])
        case .copied(let to, let because):
            self.init(step: "copied", reason: because, address: to.text)
        case .classified(let domain, let addressClass, let because):
            self.init(step: "class", reason: because, domain: domain, addressClass: addressClass.code)
        case .split(let address, let user, let `extension`):
            self.init(step: "extension", address: address.text, user: user, addressExtension: `extension`)
        case .expanded(let address, let key, let targets):
            self.init(step: "alias", key: key, address: address.text, targets: targets.map(\.text))
        case .keptItself(let address):
            self.init(step: "itself", address: address.text)
        case .stopped(let address, let cause):
            self.init(step: "stopped", reason: cause, address: address.text)
        case .known(let address, let because):
            self.init(step: "known", reason: because, address: address.text)
        case .unknown(let address, let because):
            self.init(step: "unknown", reason: because, address: address.text)
        case .leftOut(let address):
            self.init(step: "left-out", address: address.text)
        case .routed(let address, let route, let because):
            self.init(
                step: "route", reason: because, address: address.text, transport: route.transport,
                nexthop: route.nextHop)
        case .contested(let domain, let first, let second):
            self.init(
                step: "warning", reason: RoutingStep.contestedWarning(domain, by: first, and: second))
        case .warned(let text):
            self.init(step: "warning", reason: text)
        }
    }

    private init(_ question: Question) {
        self.init(
            step: "asked", parameter: question.parameter, table: question.table, key: question.key,
            microseconds: question.duration.microseconds,
            statements: question.statements.map {
                .init(
                    text: $0.text, host: $0.host.isEmpty ? nil : $0.host,
                    microseconds: $0.duration.microseconds)
            })
        memory = question.memory.map {
            .init(
                parameter: $0.failure == nil ? "lookup_cache_ttl" : "lookup_stale_ttl",
                ageMicroseconds: $0.age.microseconds, reason: $0.failure?.description)
        }
        switch question.answer {
        case .found(let found): (answer, value) = ("found", found)
        case .notFound: answer = "not-found"
        case .failed(let failure): (answer, reason) = ("failed", failure.reason)
        }
        if let unsent = question.unsent { reason = unsent }
        supposition = question.supposition
    }
}

extension AccessStep.Result {
    fileprivate var code: String {
        switch self {
        case .passes: "passes"
        case .permits: "permits"
        case .refuses: "refuses"
        case .warns: "warns"
        case .keeps: "keeps"
        }
    }

    fileprivate var reply: SMTPReply? {
        switch self {
        case .passes, .permits: nil
        case .refuses(let reply), .warns(let reply), .keeps(let reply): reply
        }
    }
}

extension Duration {
    var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}
