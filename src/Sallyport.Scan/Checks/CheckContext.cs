namespace Sallyport.Scan.Checks;

/// <summary>The target, what is known of it, and the ways to ask it.</summary>
internal sealed class CheckContext;
