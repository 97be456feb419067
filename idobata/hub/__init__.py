"""The site's own WebSub hub: whoever subscribes to a feed is sent it anew as soon as it says something else.

Keeps the addresses that subscribed, sealed secrets, and of each feed the hash of what it said last. All of it ends with its lease.
"""
