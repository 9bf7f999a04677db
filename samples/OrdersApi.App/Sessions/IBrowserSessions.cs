using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace OrdersApi.App.Sessions;

/// <summary>What the pages need of sessions, whoever keeps them: this API, with its weaknesses, or the guard.</summary>
internal interface IBrowserSessions
{
    /// <summary>The token for a form in this answer.</summary>
    string FormToken(HttpContext context);

    /// <summary>The form of a page of this API; null after a refusal was written.</summary>
    Task<IFormCollection?> ReadFormAsync(HttpContext context);

    /// <summary>Whether a request of a page comes from here; false after a refusal was written.</summary>
    Task<bool> IsFromHereAsync(HttpContext context);

    /// <summary>Begins the caller's session under a new id, and ends the one before.</summary>
    Task EnterAsync(HttpContext context);

    /// <summary>Ends the caller's session.</summary>
    Task LeaveAsync(HttpContext context);
}
