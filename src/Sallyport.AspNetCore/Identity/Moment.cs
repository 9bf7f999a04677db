using System;

namespace Sallyport.AspNetCore.Identity;

/// <summary>A reading of both clocks: the steady one does not follow a set clock, the wall one goes on while a machine sleeps.</summary>
internal sealed record Moment(long Steady, DateTimeOffset Wall)
{
    public static Moment Of(TimeProvider time) => new(time.GetTimestamp(), time.GetUtcNow());

    /// <summary>Whether more time than that has passed, by either clock.</summary>
    public bool IsOlderThan(TimeSpan age, TimeProvider time) => IsOlderThan(age, time.GetUtcNow(), time);

    /// <summary>The same, for who has read the wall clock.</summary>
    public bool IsOlderThan(TimeSpan age, DateTimeOffset now, TimeProvider time) => time.GetElapsedTime(Steady) > age || now - Wall > age;
}
