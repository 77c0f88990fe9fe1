"""How business measures are grouped and called on dashboards, whatever program draws them."""

THEMES: dict[str, tuple[str, ...]] = {
    "Users": (
        "users_daily",
        "users_monthly",
        "users_growth",
        "users_stickiness",
        "retention",
        "registrations",
        "engagement",
        "satisfaction",
        "error_impact",
    ),
    "Revenue": ("revenue", "revenue_per_user", "subscriptions", "churn", "conversion"),
    "Assessments and learning": (
        "assessments",
        "assessment_completion",
        "assessment_accuracy",
        "assessment_failures",
        "assessment_duration",
        "path_completion",
        "successful_paths",
        "learning_sessions",
    ),
    "Jobs and skills": (
        "match_ratio",
        "job_applications",
        "application_success",
        "recommendation_quality",
        "open_jobs",
        "skill_demand",
        "extracted_skills",
        "extraction_accuracy",
    ),
    "Agents, code and features": ("agent_task_success", "code_execution_failures", "feature_adoption"),
    "Engagement in the browser": ("page_views", "frontend_api_requests"),
}
"""Signals in the order in which they are shown; a measure that stands nowhere here comes last."""
TITLES = {
    "users_daily": "Active users: day (DAU)",
    "users_monthly": "Active users: month (MAU)",
    "users_growth": "Growth of monthly users",
    "users_stickiness": "DAU of MAU",
    "revenue_per_user": "Revenue per user (ARPU)",
    "churn": "Subscription churn",
    "assessments": "Assessment use",
    "match_ratio": "Job match success",
    "open_jobs": "Job market: open jobs",
    "extracted_skills": "Popular skills",
    "agent_task_success": "Agent performance",
    "satisfaction": "User satisfaction",
}
BARS = frozenset({"successful_paths", "skill_demand", "extracted_skills"})
"""Measures that are lists of values and no curves."""
