namespace Sallyport.Tls;

/// <summary>One registered suite.</summary>
internal sealed record CipherSuiteRow(string Name, string OpenSslName, CipherSuiteName Parts);
