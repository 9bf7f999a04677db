namespace Sallyport.Lab.Tls;

/// <summary>One request the scripted server answered.</summary>
/// <param name="Site">The site the connection was for.</param>
/// <param name="Host">The Host header; empty when absent.</param>
/// <param name="Path">The request target.</param>
/// <param name="Identity">Subject of the client certificate it believes; <c>none</c> without.</param>
/// <param name="Resumed">Whether the session was resumed.</param>
/// <param name="Early">Whether the request came as early data.</param>
/// <param name="Status">The status it answered.</param>
public sealed record ServedRequest(string Site, string Host, string Path, string Identity, bool Resumed, bool Early, int Status);
