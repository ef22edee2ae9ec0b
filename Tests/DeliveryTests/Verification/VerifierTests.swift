import Foundation
import MailFormat
import Peers
import Routing
import Testing

@testable import Delivery

/// What is remembered of probes, and when they are sent: verify(8), with a clock that the test moves.
@Suite struct VerifierTests {
    private static let day: Int64 = 86_400

    @Test func `an address is probed once, and the answer is remembered`() async {
        let desk = VerifierDesk()
        await desk.run {
            let first = await desk.ask("a@x.test")
            #expect(first.status == .deliverable)
            #expect(await desk.ask("a@x.test", patience: .zero).status == .deliverable)
            // Postfix keeps addresses as they are written.
            #expect(await desk.ask("A@x.test").status == .deliverable)
        }
        #expect(desk.asked == ["a@x.test", "A@x.test"])
        #expect(desk.senders.first == "double-bounce@mx.test")
    }

    @Test func `who does not wait hears that the probe is under way`() async {
        let desk = VerifierDesk()
        desk.answer("bad@x.test", .undeliverable, "host said: 550")
        await desk.run {
            let first = await desk.ask("bad@x.test", patience: .zero)
            #expect(first.status == .pending)
            #expect(first.text == "Address verification in progress")
            #expect(await desk.ask("bad@x.test", until: .undeliverable, "host said: 550"))
        }
        #expect(desk.asked == ["bad@x.test"])
    }

    @Test func `who waits too long for the patience that there is hears the same, and the probe goes on`()
        async
    {
        let desk = VerifierDesk()
        desk.hold()
        await desk.run {
            #expect(await desk.ask("a@x.test", patience: .milliseconds(50)).status == .pending)
            desk.release()
            #expect(await desk.ask("a@x.test", until: .deliverable))
        }
        #expect(desk.asked == ["a@x.test"])
    }

    @Test func `all who ask for an address share one probe`() async {
        let desk = VerifierDesk()
        desk.hold()
        await desk.run {
            await withTaskGroup(of: Verification.Status.self) { group in
                for _ in 0..<200 { group.addTask { await desk.ask("a@x.test").status } }
                #expect(await desk.waitForProbes(1))
                try? await Task.sleep(for: .milliseconds(50))
                desk.release()
                for await status in group { #expect(status == .deliverable) }
            }
        }
        #expect(desk.asked == ["a@x.test"])
    }

    @Test func `a good address is probed again after the refresh time, and the old answer serves`() async {
        let desk = VerifierDesk()
        await desk.run {
            _ = await desk.ask("a@x.test")
            desk.advance(7 * Self.day - 1)
            #expect(await desk.ask("a@x.test").status == .deliverable)
            #expect(desk.asked.count == 1)
            desk.advance(1)
            desk.hold()
            #expect(await desk.ask("a@x.test").status == .deliverable)
            #expect(await desk.waitForProbes(2))
            #expect(await desk.ask("a@x.test").status == .deliverable)
            desk.release()
            #expect(
                await Eventually.holds(seconds: 60, every: .milliseconds(5)) {
                    await desk.ask("a@x.test").because.contains("a probe 0s ago")
                })
        }
        #expect(desk.asked.count == 2)
    }

    @Test func `a failed probe does not take back a good answer before that expires`() async {
        let desk = VerifierDesk()
        await desk.run {
            _ = await desk.ask("a@x.test")
            desk.answer("a@x.test", .undeliverable, "gone")
            desk.advance(8 * Self.day)
            #expect(await desk.ask("a@x.test").status == .deliverable)
            #expect(await desk.waitForProbes(2))
            for _ in 0..<5 { #expect(await desk.ask("a@x.test").status == .deliverable) }
            // A probe that has just been sent is not sent again at each question.
            desk.advance(1_000)
            #expect(await desk.ask("a@x.test").status == .deliverable)
            #expect(desk.asked.count == 2)
            desk.advance(1)
            _ = await desk.ask("a@x.test")
            #expect(await desk.waitForProbes(3))
            desk.advance(23 * Self.day)
            let last = await desk.ask("a@x.test")
            #expect(last.status == .undeliverable)
            #expect(last.text == "gone")
        }
    }

    @Test(arguments: [ProbeResult.Status.undeliverable, .deferred])
    func `a bad address is probed again after three hours, and forgotten after three days`(
        status: ProbeResult.Status
    ) async {
        let desk = VerifierDesk()
        let expected: Verification.Status = status == .deferred ? .deferred : .undeliverable
        desk.answer("b@x.test", status, "no")
        await desk.run {
            #expect(await desk.ask("b@x.test").status == expected)
            desk.advance(3 * 3_600 - 1)
            #expect(await desk.ask("b@x.test").status == expected)
            #expect(desk.asked.count == 1)
            desk.answer("b@x.test", .deliverable, "yes")
            desk.advance(1)
            #expect(await desk.ask("b@x.test").status == expected)
            #expect(await desk.ask("b@x.test", until: .deliverable))
            desk.answer("c@x.test", status, "no")
            _ = await desk.ask("c@x.test")
            desk.advance(3 * Self.day + 1)
            desk.hold()
            #expect(await desk.ask("c@x.test", patience: .zero).status == .pending)
        }
    }

    @Test func `without a negative cache failures are neither remembered nor told`() async {
        let desk = VerifierDesk { $0.remembersFailures = false }
        desk.answer("b@x.test", .undeliverable, "no")
        await desk.run {
            for round in 1...2 {
                #expect(await desk.ask("b@x.test").status == .pending)
                #expect(desk.asked.count == round)
            }
            _ = await desk.ask("a@x.test")
            #expect(await desk.ask("a@x.test", patience: .zero).status == .deliverable)
        }
    }

    @Test func `trouble of our own is told to who waits, and not remembered`() async {
        let desk = VerifierDesk()
        desk.answer("b@x.test", .deferred, "address resolver failure", isRemembered: false)
        await desk.run {
            #expect(await desk.ask("b@x.test").text == "address resolver failure")
            desk.answer("b@x.test", .deliverable, "yes")
            #expect(await desk.ask("b@x.test").status == .deliverable)
        }
    }

    @Test func `no more probes are under way than may be`() async {
        let desk = VerifierDesk { $0.pendingLimit = 3 }
        desk.hold()
        await desk.run {
            for name in ["a", "b", "c"] {
                #expect(await desk.ask("\(name)@x.test", patience: .zero).status == .pending)
            }
            let fourth = await desk.ask("d@x.test")
            #expect(fourth.status == .deferred)
            #expect(fourth.text == "Too many address verification requests")
            #expect(await desk.ask("a@x.test", patience: .zero).status == .pending)
            desk.release()
            #expect(await desk.ask("d@x.test", until: .deliverable))
        }
    }

    @Test func `our own probes' sender is never probed`() async {
        let desk = VerifierDesk()
        await desk.run {
            #expect(await desk.ask("Double-bounce@mx.test").status == .deliverable)
        }
        #expect(desk.asked.isEmpty)
    }

    @Test func `who waits when the server ends is not left waiting`() async {
        let desk = VerifierDesk()
        desk.hold()
        async let answer = desk.ask("a@x.test", patience: .seconds(600))
        await desk.run { _ = await desk.waitForProbes(1) }
        #expect(await answer.status == .pending)
        #expect(await desk.ask("b@x.test", patience: .seconds(600)).status == .pending)
    }

    @Test func `a very long answer is cut short`() async {
        let desk = VerifierDesk()
        desk.answer("b@x.test", .undeliverable, String(repeating: "é", count: 100_000))
        await desk.run { #expect(await desk.ask("b@x.test").text.utf8.count <= 510) }
    }
}
