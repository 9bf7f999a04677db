using Microsoft.AspNetCore.Http;

namespace OrdersApi.App.Http;

/// <summary>Looks once more at who asks, at the moment of use: since a request was let in, it may have waited long for its body.</summary>
internal interface ILastLook
{
    /// <summary>Asks within the transaction that writes, about what is stored now.</summary>
    /// <param name="context">The request.</param>
    /// <param name="resource">What is about to be changed, or whose.</param>
    /// <param name="operation">What is about to be done.</param>
    /// <returns>Whether it may be done; false when the account changed since the request was let in. What is refused throws, and the transaction is undone.</returns>
    bool Holds<TResource>(HttpContext context, TResource resource, string operation)
        where TResource : class;
}
