import MailFormat

extension ServerSession {
    /// What a declared size is answered with; nil where it fits.
    func sizeRefusal(_ arguments: MailArguments) -> SMTPReply? {
        guard let size = arguments.declaredSize else { return nil }
        if size > UInt64(Int64.max) { return .exceedsFileSystem }
        guard options.messageSizeLimit > 0, size > UInt64(options.messageSizeLimit) else { return nil }
        return .exceedsLimit
    }
}
