namespace Sallyport.Guard.Bench;

/// <summary>A comparison.</summary>
/// <param name="Plain">The server without the guard.</param>
/// <param name="Guarded">The one with it.</param>
/// <param name="Path">What is asked for.</param>
/// <param name="Stays">Whether connections stay open.</param>
/// <param name="WithToken">Whether each request has a bound token.</param>
internal sealed record LoadPlan(string Plain, string Guarded, string Path, bool Stays, bool WithToken);
