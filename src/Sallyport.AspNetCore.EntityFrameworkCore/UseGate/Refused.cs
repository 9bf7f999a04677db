using Sallyport.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>What is refused, of whom.</summary>
internal sealed record Refused(ICallerFeature? Caller, UseRefusal Refusal, string Detail)
{
    public static Refused Nobody(UseRefusal refusal, string detail) => new(null, refusal, detail);
}
