using Microsoft.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.Tests.Connections;

/// <summary>An application's own requirement.</summary>
internal sealed record OwnRequirement : IAuthorizationRequirement;
