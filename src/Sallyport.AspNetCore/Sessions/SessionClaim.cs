namespace Sallyport.AspNetCore.Sessions;

/// <summary>Something that an application knows of whoever signed in.</summary>
/// <param name="Type">The claim's type.</param>
/// <param name="Value">The claim's value.</param>
public sealed record SessionClaim(string Type, string Value);
