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

    var router: Router { access.router }
    var configuration: Configuration { service.configuration }

    init(
        _ service: ExplainedService, opener: TableOpener, visitor: Visitor
    ) throws(ExplainFailure) {
        self.service = service
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
                settings: try AccessSettings(configuration, opener: opener), router: router)
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
            circumstances: circumstances, steps: record.steps, command: outcome.command,
            reply: outcome.reply, cause: outcome.cause)
        for recipient in message.recipients {
            explanation.deliveries.append(await delivery(to: recipient, from: message.sender))
        }
        if let failure = message.failure {
            explanation.hints.append(
                .init(
                    text: "the message is refused after DATA, for its sender cannot be rewritten: \(failure)",
                    cure: nil))
        }
        return explanation
    }

    /// The same without a trace: what is needed to compare many addresses.
    func fate(of argument: String) async -> Fate {
        let outcome = await rehearsal.outcome(of: Self.path(argument), observer: nil)
        let message = await message(outcome, observer: nil)
        var deliveries: [Fate.Delivery] = []
        for recipient in message.recipients {
            let route = try? await router.route(for: recipient.address, from: message.sender)
            deliveries.append(.init(recipient: recipient.address, route: route))
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

    private func delivery(to recipient: EnvelopeRecipient, from sender: ReversePath) async
        -> Explanation.Delivery
    {
        let record = RoutingRecord()
        var localSteps: [RoutingStep] = []
        let route: Result<Route, Explanation.RouteFailure>
        do throws(LookupFailure) {
            let found = try await router.route(for: recipient.address, from: sender, observer: record)
            if found.transport == "local" {
                localSteps = try await self.localSteps(of: recipient.address, sender)
            }
            route = .success(found)
        } catch {
            route = .failure(Explanation.RouteFailure(description: error.description))
        }
        return Explanation.Delivery(
            recipient: recipient.address, isCopy: !recipient.isReported, route: route,
            steps: record.steps + localSteps)
    }

    /// How local(8) goes on: aliases, lists, forwarding, mailboxes.
    private func localSteps(
        of recipient: MailAddress, _ sender: ReversePath
    ) async throws(LookupFailure) -> [RoutingStep] {
        let record = RoutingRecord()
        _ = try await router.localDeliveries(
            of: recipient, over: "local", from: sender, files: SystemFiles(), observer: record)
        return record.steps.filter {
            // The routes of the aliases' targets are theirs.
            if case .routed = $0 { false } else { true }
        }
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
    ///   - client: `IP` or `IP,NAME`; by default an address that is kept for documentation (RFC 5737), so nobody's.
    ///   - helo: by default the name, where there is one, or the address in brackets.
    init(client: String?, helo: String?, sender: String?, login: String?) throws(ExplainFailure) {
        let parts = (client ?? "203.0.113.1").split(separator: ",", maxSplits: 1).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        guard let first = parts.first, let address = IPAddress(first)?.unmapped else {
            throw ExplainFailure(
                "--client \(client ?? ""): not an IP address, or IP,NAME", exitCode: EX_USAGE)
        }
        let name = parts.count > 1 && !parts[1].isEmpty ? parts[1] : nil
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
