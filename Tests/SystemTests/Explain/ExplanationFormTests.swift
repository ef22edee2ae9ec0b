import Foundation
import Peers
import Testing

/// The JSON form: every field that is there is documented, of the documented kind, and those that must be are.
@Suite struct ExplanationFormTests {
    indirect enum Form: Sendable {
        case text, number, flag
        case list(Form)
        case fields([String: Form], optional: [String: Form] = [:])
        /// A step has the fields of its kind.
        case step
        case counts

        func faults(_ value: Any, at place: String) -> [String] {
            switch self {
            case .text: return value is String ? [] : ["\(place) is no text"]
            case .number: return value is Int ? [] : ["\(place) is no number"]
            case .flag: return value is Bool ? [] : ["\(place) is neither true nor false"]
            case .counts:
                return (value as? [String: Int]) == nil ? ["\(place): no counts"] : []
            case .list(let form):
                guard let list = value as? [Any] else { return ["\(place) is no list"] }
                return list.enumerated().flatMap { form.faults($1, at: "\(place)[\($0)]") }
            case .step:
                guard let step = (value as? [String: Any])?["step"] as? String,
                    let form = Form.steps[step]
                else { return ["\(place) is a step of an unknown kind: \(value)"] }
                return form.faults(value, at: "\(place) (\(step))")
            case .fields(let needed, let optional):
                guard let object = value as? [String: Any] else { return ["\(place) has no fields"] }
                var faults = needed.keys.filter { object[$0] == nil }.map { "\(place) lacks \($0)" }
                for (name, value) in object {
                    guard let form = needed[name] ?? optional[name] else {
                        faults.append("\(place) has \(name), which is not documented")
                        continue
                    }
                    faults += form.faults(value, at: "\(place).\(name)")
                }
                return faults
            }
        }

        static let reply = Form.fields(["code": .number, "text": .text], optional: ["status": .text])
        static let route: [String: Form] = ["transport": .text, "nexthop": .text]

        static let steps: [String: Form] = {
            let kind = ["step": Form.text]
            let addressed = kind.merging(["address": .text]) { $1 }
            let reasoned = addressed.merging(["reason": .text]) { $1 }
            let word = kind.merging(["parameter": .text, "word": .text]) { $1 }
            return [
                "asked": .fields(
                    kind.merging([
                        "parameter": .text, "table": .text, "key": .text, "answer": .text,
                        "microseconds": .number,
                        "statements": .list(
                            .fields(["text": .text, "microseconds": .number], optional: ["host": .text])),
                    ]) { $1 },
                    optional: [
                        "value": .text, "reason": .text, "what-if": .text,
                        "memory": .fields(
                            ["parameter": .text, "age-microseconds": .number], optional: ["reason": .text]),
                    ]),
                "not-asked": .fields(
                    kind.merging(["parameter": .text, "key": .text, "reason": .text]) { $1 }),
                "rewritten": .fields(addressed.merging(["targets": .list(.text)]) { $1 }),
                "changed": .fields(reasoned.merging(["targets": .list(.text)]) { $1 }),
                "copied": .fields(reasoned),
                "class": .fields(kind.merging(["domain": .text, "class": .text, "reason": .text]) { $1 }),
                "extension": .fields(addressed.merging(["user": .text, "extension": .text]) { $1 }),
                "alias": .fields(addressed.merging(["key": .text, "targets": .list(.text)]) { $1 }),
                "itself": .fields(addressed), "stopped": .fields(reasoned), "known": .fields(reasoned),
                "unknown": .fields(reasoned), "left-out": .fields(addressed),
                "route": .fields(reasoned.merging(route) { $1 }),
                "warning": .fields(kind.merging(["reason": .text]) { $1 }),
                "list": .fields(kind.merging(["parameter": .text, "words": .list(.text)]) { $1 }),
                "word": .fields(word),
                "result": .fields(
                    word.merging(["result": .text, "reason": .text]) { $1 }, optional: ["reply": reply]),
                "skipped": .fields(
                    kind.merging(["parameter": .text, "words": .list(.text), "reason": .text]) { $1 }),
            ]
        }()

        static let explanation = Form.fields(
            [
                "address": .text,
                "verdict": .fields(
                    ["kind": .text, "sentence": .text],
                    optional: ["word": .text, "parameter": .text, "end": .text]),
                "client": .fields(
                    ["address": .text, "name": .text, "sender": .text, "service": .text],
                    optional: ["helo": .text, "login": .text]),
                "command": .text, "reply": reply,
                "aliases": .list(.fields(["address": .text, "key": .text, "targets": .list(.text)])),
                "deliveries": .list(
                    .fields(
                        ["recipient": .text, "steps": .list(.step)],
                        optional: route.merging([
                            "because": .text, "failure": .text, "copy": .flag, "end": .text,
                            "end-reason": .text,
                        ]) { $1 })),
                "steps": .list(.step),
            ],
            optional: [
                "class": .text, "cause": .text,
                "hints": .list(.fields(["text": .text], optional: ["cure": .text])),
                "sender": .fields(
                    ["address": .text, "login": .text, "owners": .list(.text)],
                    optional: ["is-owner": .flag, "key": .text, "failure": .text]),
            ])
    }

    @Test(arguments: [
        [
            "john@example.org", "jack@example.org", "nobody@example.org", "x@example.com", "bad@@",
            "loop@example.org",
        ],
        ["--client", "127.0.0.1,localhost", "x@example.com", "postmaster", "old@example.org"],
        ["--login", "john@example.org", "--from", "jack@example.org", "x@example.com"],
        ["--login", "john@example.org", "--from", "john@example.org", "dead@example.org"],
    ])
    func `an explanation has the documented fields`(_ arguments: [String]) async throws {
        let guide = try await ExplainedGuide.make(
            sql: """
                INSERT INTO virtual_aliases (domain_id, source, destination) VALUES
                  (1, 'loop@example.org', 'loop@example.org'), (1, 'loop@example.org', 'pool@example.org'),
                  (1, 'pool@example.org', 'loop@example.org'), (1, 'dead@example.org', 'gone@example.org');
                """,
            mainCf: """
                recipient_delimiter = +
                always_bcc = john@example.org
                recipient_canonical_maps = inline:{ {old@example.org=jack@example.org} }

                """)
        let result = try await Command.run(
            [BuiltProgram.martlet, "explain", "--json", "-c", guide.directory.appending("etc")] + arguments)
        let document = try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8))
        let form = Form.fields(["explanations": .list(.explanation)])
        #expect(form.faults(document, at: "document").joined(separator: "\n") == "")
    }

    @Test func `forecasts have the documented fields`() async throws {
        let guide = try await ExplainedGuide.make()
        let change = [
            "--what-if", "alias @example.org kerstin@example.com", "--what-if", "no mailbox john@example.org",
            "--what-if", "no alias jack@example.org somebody@example.org",
        ]
        let one = try await Command.run(
            [BuiltProgram.martlet, "explain", "--json", "-c", guide.directory.appending("etc")] + change
                + ["john@example.org", "x@example.com"])
        let form = Form.fields(
            [
                "what-if": .list(.text),
                "forecasts": .list(
                    .fields([
                        "address": .text, "change": .text, "before": .explanation, "after": .explanation,
                    ])),
            ], optional: ["remarks": .list(.text)])
        let document = try JSONSerialization.jsonObject(with: Data(one.standardOutput.utf8))
        #expect(form.faults(document, at: "document").joined(separator: "\n") == "")

        let all = try await Command.run(
            [BuiltProgram.martlet, "explain", "--json", "--all", "-c", guide.directory.appending("etc")]
                + change)
        let outcome = Form.fields([
            "reply": Form.reply,
            "deliveries": .list(
                .fields(["recipient": .text], optional: Form.route.merging(["end": .text]) { $1 })),
        ])
        let survey = Form.fields(
            [
                "what-if": .list(.text), "domains": .list(.text), "addresses": .number, "counts": .counts,
                "gaps": .list(.text),
                "changes": .list(
                    .fields(["address": .text, "change": .text, "before": outcome, "after": outcome])),
            ], optional: ["remarks": .list(.text)])
        let value = try JSONSerialization.jsonObject(with: Data(all.standardOutput.utf8))
        #expect(survey.faults(value, at: "document").joined(separator: "\n") == "")
    }
}
