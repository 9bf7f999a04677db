using System;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate;

/// <summary>Reads the gate's refusal out of what was thrown.</summary>
internal static class Refusals
{
    public static async Task<UseRefusal> RefusalAsync(Func<Task> act)
    {
        var thrown = await Should.ThrowAsync<Exception>(act);
        return Of(thrown);
    }

    public static UseRefusal Refusal(Action act) => Of(Should.Throw<Exception>(act));

    private static UseRefusal Of(Exception thrown)
    {
        for (var e = thrown; e is not null; e = e.InnerException)
        {
            if (e is UseRefusedException refused)
            {
                return refused.Refusal;
            }
        }

        throw new ShouldAssertException($"not a refusal of the gate: {thrown}");
    }
}
