using System;

namespace Sallyport.Tls.Client;

/// <summary>One message of a connection, as evidence: never key material.</summary>
/// <param name="Offset">Time since the handshake began.</param>
/// <param name="Direction">Who sent it.</param>
/// <param name="Message">The message's name in the standard, such as <c>CertificateVerify</c>.</param>
/// <param name="Length">Length of the message in bytes.</param>
/// <param name="Detail">What matters in it, such as an alert number or a signature scheme; may be empty.</param>
public sealed record TranscriptEntry(TimeSpan Offset, TranscriptDirection Direction, string Message, int Length, string Detail);
