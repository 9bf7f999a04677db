using Microsoft.AspNetCore.Http;

namespace OrdersApi.App.Http;

/// <summary>The API's own gates have looked when the request came in, and do not look again.</summary>
internal sealed class OwnLook : ILastLook
{
    public bool Holds<TResource>(HttpContext context, TResource resource, string operation)
        where TResource : class => true;
}
