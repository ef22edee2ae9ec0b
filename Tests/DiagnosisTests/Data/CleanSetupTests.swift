import Peers
import Testing

@testable import Diagnosis

@Suite struct CleanSetupTests {
    @Test func `the guide's own setup has nothing above advice`() async throws {
        let setup = try await GuideSetup.make()
        let findings = await Examination.patient(RuleBook.data).findings(in: try setup.setup())
        let grave = findings.filter { $0.severity > .advice }
        #expect(grave.isEmpty, "\(grave)")
        let survey = await (try setup.setup()).data
        let isRead = survey.maps.allSatisfy { $0.isRead }
        #expect(isRead)
        #expect(survey.aliasMaps.map(\.rows) == [1, 1])
    }
}
