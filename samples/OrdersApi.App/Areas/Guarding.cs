using Microsoft.AspNetCore.Builder;
using OrdersApi.App.Http;

namespace OrdersApi.App.Areas;

/// <summary>Says of a route what its caller must show.</summary>
internal static class Guarding
{
    private const string Read = "orders.read";
    private const string Write = "orders.write";

    extension(IEndpointConventionBuilder route)
    {
        public IEndpointConventionBuilder Public() => route.WithMetadata(new Guard(GuardKind.Public));

        public IEndpointConventionBuilder ForCertificates() => route.WithMetadata(new Guard(GuardKind.Certificate));

        public IEndpointConventionBuilder ForReaders() => route.WithMetadata(new Guard(GuardKind.Token, Read));

        public IEndpointConventionBuilder ForWriters() => route.WithMetadata(new Guard(GuardKind.Token, Write));

        public IEndpointConventionBuilder ForAdministrators(bool writes = false) =>
            route.WithMetadata(new Guard(GuardKind.Token, writes ? Write : Read) { ForAdministrators = true });

        public IEndpointConventionBuilder ForSessions() => route.WithMetadata(new Guard(GuardKind.Session));

        public IEndpointConventionBuilder ForStaff() => route.WithMetadata(new Guard(GuardKind.Staff));

        /// <summary>For readers, unless <see cref="Weakness.RouteGap"/> forgets the route.</summary>
        public IEndpointConventionBuilder ForReadersMostly() => route.WithMetadata(new Guard(GuardKind.Token, Read) { Overlooked = true });
    }
}
