namespace Sallyport.Cli.Mitm;

/// <summary>One client's connection, as it was judged.</summary>
/// <param name="Port">The server's name.</param>
/// <param name="Verdict">What the client did.</param>
/// <param name="ShowedCertificate">Whether it showed a certificate of its own.</param>
internal sealed record MitmSighting(string Port, MitmVerdict Verdict, bool ShowedCertificate);
