using Sallyport.Scan.Spec;

namespace Sallyport.Scan.Target;

/// <summary>Fills the parameters of an operation. Never yields a literal <c>{x}</c> (rule O9).</summary>
internal static class OperationPath
{
    /// <summary>The path and query of an operation, values percent-encoded.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="identity">Whose values come first; examples of the description come second.</param>
    /// <returns>The path, beginning with a slash; <c>null</c> when a path parameter or a required query parameter has no value.</returns>
    public static string? Resolve(Operation operation, Identity? identity) =>
        (PathResolution.Of(operation, identity) as PathResolution.Resolved)?.Path;
}
