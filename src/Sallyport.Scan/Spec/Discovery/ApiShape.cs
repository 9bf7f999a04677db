namespace Sallyport.Scan.Spec.Discovery;

/// <summary>Where an API is called in another way than by plain resources.</summary>
/// <param name="Kind">The way.</param>
/// <param name="Path">The path, below the target's own, such as <c>/graphql</c>.</param>
/// <param name="Evidence">What tells it, one clause.</param>
/// <param name="Described">Whether the description says so; otherwise it was seen in an answer.</param>
internal sealed record ApiShape(ApiShapeKind Kind, string Path, string Evidence, bool Described)
{
    /// <summary>The kind in words.</summary>
    public string Name => Kind switch
    {
        ApiShapeKind.GraphQl => "GraphQL",
        ApiShapeKind.Grpc => "gRPC",
        ApiShapeKind.JsonRpc => "JSON-RPC",
        _ => "language model",
    };
}
