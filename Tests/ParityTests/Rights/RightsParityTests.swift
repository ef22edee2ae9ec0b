import Foundation
import Peers
import Testing

/// Deliveries with the rights of others, by a real Postfix and by Martlet, both started by root: the same files, of the
/// same owners, with the same modes and bytes.
@Suite(.serialized) struct RightsParityTests {
    /// A file or directory without what differs by chance.
    private struct Entry: Hashable, CustomStringConvertible {
        let path: String
        let rights: String
        let text: String

        init(_ file: RootFile, in directory: String) {
            // A message's name in a Maildir.
            path = file.path.replacing(#/(new|cur)\/[^\/]+$/#) { "\($0.output.1)/MESSAGE" }
            rights = "\(file.type) \(file.owner):\(file.group) \(file.mode)"
            text = RightsPair.plain(file.text, in: directory)
        }

        var description: String { "\(path): \(rights)\n\(text)" }
    }

    @Test func `what is written has the owner, mode and bytes that Postfix gives it`() async throws {
        let pair = try await RightsPair.start(
            mainCf: RightsSetup.mainCf, masterCf: RightsSetup.masterCf, prepare: RightsSetup.prepare)
        try await pair.send(RightsSetup.recipients.map { ("s@far.test", [$0]) })
        let (expected, found) = await pair.outcomes(of: RightsSetup.recipients)
        #expect(expected.count == Set(RightsSetup.recipients).count)
        for (recipient, outcomes) in expected.sorted(by: { $0.key < $1.key }) {
            // What cannot be written waits here, and goes back there: Documentation/compatibility.md.
            guard outcomes.allSatisfy({ $0.contains("status=sent") }) else {
                #expect(found[recipient]?.contains { $0.contains("status=sent") } == false, "\(recipient)")
                continue
            }
            // Of what a .forward file leads to, Postfix logs every part, and Martlet one line for the whole.
            #expect(found[recipient]?.isSubset(of: outcomes) == true, "\(recipient): \(outcomes)")
        }
        for tree in ["mail", "home", "vmail", "open", "files"] {
            let theirs = try Root.tree(pair.postfix.directory.appending(tree))
                .map { Entry($0, in: pair.postfix.directory.path) }
            let ours = try Root.tree(pair.martlet.directory.appending(tree))
                .map { Entry($0, in: pair.martlet.directory.path) }
            #expect(theirs.count > 0)
            for entry in Set(theirs).symmetricDifference(ours) {
                Issue.record(
                    "\(theirs.contains(entry) ? "only Postfix" : "only Martlet") has \(tree)/\(entry)")
            }
        }
    }
}
