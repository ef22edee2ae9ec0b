import Delivery
import Foundation
import Logging
import LookupTables
import MailFormat
import PostfixConfig
import Reception
import Routing

/// The setup, the client and the sender that an address is explained for: the serving code, put together as for a
/// listener, with nobody at the other end.
struct ExplainedSituation: Sendable {
    let service: ExplainedService
    let circumstances: AccessPolicy.Circumstances
    let tables: RoutingTables
    let access: AccessPolicy
    let rehearsal: Rehearsal
    let opener: TableOpener
    /// As `--login` has it, whether or not anybody can log in there.
    let login: String?

    var router: Router { access.router }
    var configuration: Configuration { service.configuration }

    init(
        _ service: ExplainedService, opener: TableOpener, visitor: Visitor, verifier: any AddressVerifier
    ) throws(ExplainFailure) {
        self.service = service
        self.opener = opener
        login = visitor.login
        let configuration = service.configuration
        var circumstances = AccessPolicy.Circumstances(
            client: visitor.client, heloName: visitor.heloName,
            sender: visitor.sender.isEmpty ? .null : .address(MailAddress(argument: visitor.sender)))
        tables = RoutingTables(configuration, opener: opener)
        // What the router would log is a step of the explanation.
        let router = Router(
            settings: RoutingSettings(configuration), tables: tables,
            logger: Logger(label: "explain") { _ in SwiftLogNoOpLogHandler() })
        do throws(SettingsFailure) {
            access = AccessPolicy(
                settings: try AccessSettings(configuration, opener: opener), router: router,
                verifier: verifier)
            circumstances.login = access.settings.offersLogin ? visitor.login : nil
            rehearsal = Rehearsal(
                settings: try SessionSettings(configuration, opener: opener), access: access,
                circumstances: circumstances, sender: visitor.sender)
        } catch {
            throw ExplainFailure("\(configuration.directory)/main.cf: \(error)", exitCode: EX_CONFIG)
        }
        self.circumstances = circumstances
    }

    /// Goes the way of RCPT TO, then for each recipient that of the queue.
    ///
    /// - Parameter argument: an address as in RCPT TO, with or without `<` and `>`.
    func explain(_ argument: String) async -> Explanation {
        let record = ExplanationRecord()
        let outcome = await rehearsal.outcome(of: Self.path(argument), observer: record)
        let message = await message(outcome, observer: record)
        var explanation = Explanation(
            address: outcome.recipient ?? MailAddress(argument: argument), service: service.name,
            circumstances: circumstances, steps: marked(record.steps), command: outcome.command,
            reply: outcome.reply, cause: outcome.cause)
        for recipient in message.recipients {
            explanation.deliveries.append(
                await delivery(to: recipient, from: message.sender, RoutingRecord()))
        }
        if let failure = message.failure {
            explanation.hints.append(
                .init(
                    text: "the message is refused after DATA, for its sender cannot be rewritten: \(failure)",
                    cure: nil))
        }
        return explanation
    }

    /// The steps, with a mark where the class of a domain is what it would be after a change.
    private func marked(_ steps: [ExplainedStep]) -> [ExplainedStep] {
        guard let overlay = opener.overlay as? ChangeOverlay, !overlay.namedRemovals.isEmpty else {
            return steps
        }
        return steps.map { step in
            guard case .routing(.classified(let domain, let addressClass, let because)) = step,
                let change = overlay.removal(of: domain)
            else { return step }
            return .routing(
                .classified(domain: domain, addressClass, because: "\(because) (what if: \(change.text))"))
        }
    }

    /// The same without a trace: what is needed to compare many addresses.
    func fate(of argument: String) async -> Fate {
        let outcome = await rehearsal.outcome(of: Self.path(argument), observer: nil)
        let message = await message(outcome, observer: nil)
        var deliveries: [Fate.Delivery] = []
        for recipient in message.recipients {
            deliveries.append(.init(await delivery(to: recipient, from: message.sender, nil)))
        }
        return Fate(reply: outcome.reply, deliveries: deliveries)
    }

    private struct Message {
        var sender: ReversePath
        var recipients: [EnvelopeRecipient]
        var failure: String?
    }

    /// The message as the queue would get it: the sender rewritten, with the copies that depend on it.
    private func message(_ outcome: Rehearsal.Outcome, observer: (any RoutingObserver)?) async -> Message {
        var message = Message(sender: circumstances.sender ?? .null, recipients: outcome.recipients)
        if case .address(let sender) = message.sender { message.sender = .address(router.completed(sender)) }
        guard router.rewritesSenders, !message.recipients.isEmpty else { return message }
        do throws(RewritingFailure) {
            let rewritten = try await router.sender(message.sender, observer: observer)
            message.sender = rewritten.sender
            message.recipients += rewritten.copies
        } catch {
            message.failure = "\(error)"
        }
        return message
    }

    private static func path(_ argument: String) -> String {
        argument.hasPrefix("<") && argument.hasSuffix(">")
            ? String(argument.dropFirst().dropLast()) : argument
    }

    /// - Parameter record: keeps the steps; nil where nobody looks at them.
    private func delivery(
        to recipient: EnvelopeRecipient, from sender: ReversePath, _ record: RoutingRecord?
    ) async -> Explanation.Delivery {
        let route: Result<Route, Explanation.RouteFailure>
        let end: DeliveryEnd
        do throws(LookupFailure) {
            let found = try await router.route(for: recipient.address, from: sender, observer: record)
            end = try await self.end(of: recipient.address, by: found, from: sender, record)
            route = .success(found)
        } catch {
            route = .failure(Explanation.RouteFailure(description: error.description))
            end = .waits(error.description)
        }
        return Explanation.Delivery(
            recipient: recipient.address, isCopy: !recipient.isReported, route: route, end: end,
            steps: record?.steps ?? [])
    }

    private func end(
        of recipient: MailAddress, by route: Route, from sender: ReversePath, _ record: RoutingRecord?
    ) async throws(LookupFailure) -> DeliveryEnd {
        guard service.transports.program(of: route.transport) == "local" else {
            return await end(of: recipient, by: route, observer: record)
        }
        let own = record.map { _ in RoutingRecord() }
        defer {
            for step in own?.steps ?? [] {
                // The routes of the aliases' targets are theirs.
                if case .routed = step { continue }
                record?.observed(step)
            }
        }
        return try await localEnd(of: recipient, over: route.transport, from: sender, observer: own)
    }
}

extension Rehearsal.Outcome {
    fileprivate var recipients: [EnvelopeRecipient] {
        if case .accepted(let recipients)? = decision { recipients } else { [] }
    }
}

/// Who sends: what `--client`, `--helo`, `--from` and `--login` say.
struct Visitor: Sendable {
    let client: Client
    let heloName: String
    /// As in MAIL FROM without `<` and `>`; empty for the null sender.
    let sender: String
    let login: String?

    /// - Parameters:
    ///   - client: `IP`, `IP,NAME` or `NAME[IP]`; by default an address that is kept for documentation (RFC 5737), so
    ///     nobody's.
    ///   - helo: by default the name, where there is one, or the address in brackets.
    init(client: String?, helo: String?, sender: String?, login: String?) throws(ExplainFailure) {
        let (address, name) = try Self.client(client ?? "203.0.113.1")
        self.client = Client(name: name ?? "unknown", address: address)
        let literal = address.description.contains(":") ? "IPv6:\(address)" : "\(address)"
        heloName = helo ?? name ?? "[\(literal)]"
        var text = sender ?? ""
        if text.hasPrefix("<"), text.hasSuffix(">") { text = String(text.dropFirst().dropLast()) }
        self.sender = text
        self.login = login
        for (option, value) in [("--helo", heloName), ("--from", text), ("--login", login ?? "")]
        where value.utf8.contains(where: { $0 < 32 || $0 == 127 }) {
            throw ExplainFailure("\(option): control characters cannot be sent", exitCode: EX_USAGE)
        }
    }

    private static func client(_ text: String) throws(ExplainFailure) -> (IPAddress, name: String?) {
        var (place, name) = (text, String?.none)
        if text.hasSuffix("]"), let bracket = text.firstIndex(of: "["), bracket != text.startIndex {
            // As the log has it: mail.example.com[192.0.2.7].
            place = String(text[bracket...])
            name = String(text[..<bracket])
        } else if let comma = text.firstIndex(of: ",") {
            place = String(text[..<comma])
            name = text[text.index(after: comma)...].trimmingCharacters(in: .whitespaces)
        }
        place = place.trimmingCharacters(in: .whitespaces)
        if place.hasPrefix("["), place.hasSuffix("]") { place = String(place.dropFirst().dropLast()) }
        if place.lowercased().hasPrefix("ipv6:") { place = String(place.dropFirst(5)) }
        guard let address = IPAddress(place)?.unmapped else {
            throw ExplainFailure(
                "--client \(text): \"\(place)\" is no IP address; write IP or IP,NAME, such as "
                    + "203.0.113.7,mail.example.com", exitCode: EX_USAGE)
        }
        guard let name, !name.isEmpty, name != "unknown" else { return (address, nil) }
        guard isHostName(name) else {
            throw ExplainFailure(
                "--client \(text): \"\(name)\" is no host name; write IP or IP,NAME, such as "
                    + "203.0.113.7,mail.example.com", exitCode: EX_USAGE)
        }
        return (address, name)
    }

    /// Labels of letters, digits, hyphens and, as some have it, underscores: RFC 1123 §2.1.
    private static func isHostName(_ name: String) -> Bool {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        return name.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy {
                        $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
                    }
            }
    }
}

/// The command's own arguments, or the settings it needs, are wrong.
struct ExplainFailure: Error, CustomStringConvertible {
    let description: String
    /// sysexits.h
    let exitCode: Int32

    init(_ description: String, exitCode: Int32) {
        self.description = description
        self.exitCode = exitCode
    }
}
