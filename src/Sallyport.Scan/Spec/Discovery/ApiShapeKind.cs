namespace Sallyport.Scan.Spec.Discovery;

/// <summary>A way of calling an API that is not plain resources.</summary>
internal enum ApiShapeKind
{
    /// <summary>GraphQL over HTTP.</summary>
    GraphQl,

    /// <summary>gRPC, or gRPC-Web.</summary>
    Grpc,

    /// <summary>JSON-RPC 2.0.</summary>
    JsonRpc,

    /// <summary>A language model: chat or completions.</summary>
    LanguageModel,
}
